/** Names of categories as a file holds them: one run of bytes, cut at offsets that have been checked. */
export interface NameRun {
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
}

/** The names in the order of their codes; or what is known of them, where that is not all. */
export type ReadNames =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'doubtful'; readonly known: readonly string[] };

/**
 * XGBoost 3.1 and 3.2 count the characters of pandas' categories and cut their UTF-8 bytes at these counts: behind a
 * letter of two bytes all names are shifted, and the end of the run is lost. Counted out as characters, all names but
 * the last are there; the last ones come from what a sample holds (`seen`). A file of names that were cut rightly looks
 * the same where no cut falls into a letter, so the sample decides which of the two it is.
 */
export function readNames(run: NameRun, seen: ReadonlySet<string>): ReadNames {
  const whole = cutAtBytes(run);
  if (whole !== null && run.bytes.every((byte) => byte < 0x80)) return { kind: 'names', names: whole };
  const counted = cutAtCharacters(run, seen);
  const known = counted.map(({ start, lost }) => (lost === 0 ? start : `${start}…`));
  const hits = (names: readonly string[]) => names.filter((name) => seen.has(name)).length;
  const countedHits = counted.filter(({ start, lost }) => lost === 0 && seen.has(start)).length;
  if (whole !== null && hits(whole) > countedHits) return { kind: 'names', names: whole };
  const isWhole = counted.every(({ lost }) => lost === 0);
  if (!isWhole || (whole !== null && countedHits === hits(whole))) return { kind: 'doubtful', known };
  return { kind: 'names', names: counted.map(({ start }) => start) };
}

/** Null where a cut falls into a letter. */
function cutAtBytes({ bytes, offsets }: NameRun): string[] | null {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return offsets.slice(1).map((end, index) => decoder.decode(bytes.subarray(offsets[index], end)));
  } catch {
    return null;
  }
}

/** The text up to the last letter that is whole: of the one behind it, up to three bytes may be there. */
function wholeLetters(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let lost = 0; lost <= 3; lost++) {
    try {
      return decoder.decode(bytes.subarray(0, Math.max(0, bytes.length - lost)));
    } catch {
      // One byte less, then.
    }
  }
  return '';
}

interface CountedName {
  readonly start: string;
  /** Characters behind the start that are not in the file. */
  readonly lost: number;
}

function cutAtCharacters({ bytes, offsets }: NameRun, seen: ReadonlySet<string>): CountedName[] {
  const characters = [...wholeLetters(bytes)];
  const counted = offsets.slice(1).map((end, index): CountedName => {
    const start = characters.slice(offsets[index], end).join('');
    return { start, lost: end - Math.max(offsets[index] as number, Math.min(end, characters.length)) };
  });
  const taken = new Set(counted.flatMap(({ start, lost }) => (lost === 0 ? [start] : [])));
  return counted.map((name) => {
    if (name.lost === 0) return name;
    const length = [...name.start].length + name.lost;
    const fitting = [...seen].filter(
      (text) => !taken.has(text) && text.startsWith(name.start) && [...text].length === length,
    );
    const [only] = fitting;
    if (only === undefined || fitting.length > 1) return name;
    taken.add(only);
    return { start: only, lost: 0 };
  });
}
