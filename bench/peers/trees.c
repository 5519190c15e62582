/*
 * The same trees in C, in four forms, each over the same rows: the yardstick for columns. Built by
 * bench/src/c-trees.ts with `gcc -O3 -DNESTED='"file"'`; that file holds the nested form as generated functions.
 *
 * trees FILE PASSES: FILE holds int32 trees, depth, features, rows; then for each tree a complete heap of 2^depth
 * slots (slot 0 unused) of int32 features and float32 thresholds, 2^depth float32 leaves, and float32 rows. Goes right
 * where x > threshold. Prints for each form nanoseconds a row of the first pass and the median of the others, and the
 * sum of all scores.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int32_t trees, depth, features, rows;
static int32_t *heap_feature;
static float *heap_threshold, *leaves, *input, *scores;

typedef struct {
  float threshold;
  uint16_t feature;
  uint16_t right;
} node;

static node *packed;
static int32_t *packed_root;
static float *packed_leaf;

typedef float (*nested_tree)(const float *);
#include NESTED

static void nested(void) {
  for (int r = 0; r < rows; r++) {
    const float *x = input + (size_t)r * features;
    float sum = 0;
    for (int t = 0; t < trees; t++) sum += nested_trees[t](x);
    scores[r] = sum;
  }
}

/* Nodes in depth-first order: the left child follows its parent, the right one is `right` further on. */
static void one_by_one(void) {
  for (int r = 0; r < rows; r++) {
    const float *x = input + (size_t)r * features;
    float sum = 0;
    for (int t = 0; t < trees; t++) {
      const node *n = packed + packed_root[t];
      for (int d = 0; d < depth; d++) n += x[n->feature] > n->threshold ? n->right : 1;
      sum += packed_leaf[n - packed];
    }
    scores[r] = sum;
  }
}

static inline int step(const int32_t *feature, const float *threshold, const float *x, int i) {
  return 2 * i + (x[feature[i]] > threshold[i]);
}

/* Eight trees of one row at once. */
static void trees_interleaved(void) {
  const int size = 1 << depth;
  for (int r = 0; r < rows; r++) {
    const float *x = input + (size_t)r * features;
    float sum = 0;
    int t = 0;
    for (; t + 8 <= trees; t += 8) {
      const int32_t *f = heap_feature + (size_t)t * size;
      const float *v = heap_threshold + (size_t)t * size;
      int i[8] = {1, 1, 1, 1, 1, 1, 1, 1};
      for (int d = 0; d < depth; d++)
        for (int k = 0; k < 8; k++) i[k] = step(f + k * size, v + k * size, x, i[k]);
      for (int k = 0; k < 8; k++) sum += leaves[(size_t)(t + k) * size + i[k] - size];
    }
    for (; t < trees; t++) {
      int i = 1;
      for (int d = 0; d < depth; d++) i = step(heap_feature + (size_t)t * size, heap_threshold + (size_t)t * size, x, i);
      sum += leaves[(size_t)t * size + i - size];
    }
    scores[r] = sum;
  }
}

/* Eight rows of one tree at once, in blocks of rows that stay in the cache. */
static void rows_interleaved(void) {
  const int size = 1 << depth, block = 256;
  for (int from = 0; from < rows; from += block) {
    for (int r = from; r < from + block; r++) scores[r] = 0;
    for (int t = 0; t < trees; t++) {
      const int32_t *f = heap_feature + (size_t)t * size;
      const float *v = heap_threshold + (size_t)t * size;
      for (int r = from; r < from + block; r += 8) {
        int i[8] = {1, 1, 1, 1, 1, 1, 1, 1};
        for (int d = 0; d < depth; d++)
          for (int k = 0; k < 8; k++) i[k] = step(f, v, input + (size_t)(r + k) * features, i[k]);
        for (int k = 0; k < 8; k++) scores[r + k] += leaves[(size_t)t * size + i[k] - size];
      }
    }
  }
}

static int32_t packed_count;

static void pack(int tree, int heap, int level) {
  const int size = 1 << depth;
  const int at = packed_count++;
  if (level == depth) {
    packed_leaf[at] = leaves[(size_t)tree * size + heap - size];
    return;
  }
  packed[at].feature = (uint16_t)heap_feature[(size_t)tree * size + heap];
  packed[at].threshold = heap_threshold[(size_t)tree * size + heap];
  pack(tree, 2 * heap, level + 1);
  packed[at].right = (uint16_t)(packed_count - at);
  pack(tree, 2 * heap + 1, level + 1);
}

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void measure(const char *name, void (*form)(void), int passes) {
  double *times = malloc(sizeof(double) * (size_t)passes);
  for (int p = 0; p < passes; p++) {
    const double start = seconds();
    form();
    times[p] = (seconds() - start) * 1e9 / rows;
  }
  const double first = times[0];
  qsort(times + 1, (size_t)passes - 1, sizeof(double), ascending);
  double sum = 0;
  for (int r = 0; r < rows; r++) sum += scores[r];
  printf("%s %.1f %.1f %.9g\n", name, first, times[1 + (passes - 1) / 2], sum);
  free(times);
}

static void *part(FILE *file, size_t count, size_t size) {
  void *memory = malloc(count * size);
  if (memory == NULL || fread(memory, size, count, file) != count) exit(1);
  return memory;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  FILE *file = fopen(argv[1], "rb");
  int32_t header[4];
  if (file == NULL || fread(header, 4, 4, file) != 4) return 1;
  trees = header[0], depth = header[1], features = header[2], rows = header[3];
  const size_t slots = (size_t)trees << depth;
  heap_feature = part(file, slots, 4);
  heap_threshold = part(file, slots, 4);
  leaves = part(file, slots, 4);
  input = part(file, (size_t)rows * (size_t)features, 4);
  scores = calloc((size_t)rows, 4);
  packed = malloc(2 * slots * sizeof(node));
  packed_leaf = malloc(2 * slots * sizeof(float));
  packed_root = malloc((size_t)trees * 4);
  for (int t = 0; t < trees; t++) {
    packed_root[t] = packed_count;
    pack(t, 1, 0);
  }
  const int passes = atoi(argv[2]);
  measure("nested", nested, passes);
  measure("packed", one_by_one, passes);
  measure("trees-interleaved", trees_interleaved, passes);
  measure("rows-interleaved", rows_interleaved, passes);
  return 0;
}
