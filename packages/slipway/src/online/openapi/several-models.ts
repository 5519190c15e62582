import type { Launch } from '@slipway/core';
import { documentParts, type OpenApiDocument, openApiDocument, predictOperation } from './document.ts';
import { inferOperation } from './open-inference.ts';
import { schemasOf } from './schemas.ts';

/** The schemas that a model has for itself; all others are the same for all. */
const ownSchemas = ['Record', 'Records', 'Prediction', 'Predictions'];

/**
 * The document of several models, or of several versions of one: each has literal paths, since a contract is that of one
 * version, and its schemas have its name in front. What no contract changes stays as it is for one model.
 */
export function severalModelsDocument(launches: readonly Launch[], slipwayVersion: string): OpenApiDocument {
  const first = launches[0] as Launch;
  const base = openApiDocument(first, slipwayVersion) as unknown as BaseDocument;
  const names = new Set(launches.map(({ model }) => model));
  const own = Object.assign({}, ...launches.map((launch) => ownPaths(launch, isFirst(launch, launches))));
  // Without a name the only model answers, in the version that was told first.
  const unnamed =
    names.size === 1 ? { '/predict': { post: referTo(first, predictOperation(first, 'predict', [])) } } : {};
  return {
    ...base,
    info: {
      title: [...names].join(', '),
      version: slipwayVersion,
      description: `${launches.length} models, served by Slipway ${slipwayVersion}.`,
    },
    paths: { ...unnamed, ...own, ...sharedPaths(base.paths) },
    components: {
      schemas: { ...sharedSchemas(base.components.schemas), ...Object.assign({}, ...launches.map(named)) },
    },
  };
}

type Parts = Readonly<Record<string, unknown>>;

interface BaseDocument {
  readonly paths: Parts;
  readonly components: { readonly schemas: Parts };
}

/** Routes whose body or answer is that of one contract have literal paths in place of their patterns. */
function sharedPaths(paths: Parts): Parts {
  return Object.fromEntries(Object.entries(paths).filter(([path]) => !/\/(predict|infer)$/.test(path)));
}

function sharedSchemas(schemas: Parts): Parts {
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => !ownSchemas.includes(name)));
}

/** Of several versions of a model, the one that answers to its bare name. */
function isFirst(launch: Launch, launches: readonly Launch[]): boolean {
  return launches.find(({ model }) => model === launch.model) === launch;
}

function ownPaths(launch: Launch, isBare: boolean): Parts {
  const { model } = launch;
  const version = encodeURIComponent(launch.version);
  const id = prefixOf(launch);
  const parts = documentParts(launch);
  const post = (operation: object) => ({ post: ofModel(launch, operation) });
  const bare = {
    [`/models/${model}/predict`]: { post: referTo(launch, predictOperation(launch, `predict_${model}`, [])) },
    [`/v2/models/${model}/infer`]: { post: inferOperation(launch, parts, `v2Infer_${model}`, []) },
  };
  return {
    ...(isBare ? bare : {}),
    [`/models/${model}/versions/${version}/predict`]: post(predictOperation(launch, `predict_${id}`, [])),
    [`/v2/models/${model}/versions/${version}/infer`]: {
      post: inferOperation(launch, parts, `v2Infer_${id}`, []),
    },
  };
}

/** An operation of one model: it says which, for programs that read the document, and refers to the schemas of that one. */
function ofModel(launch: Launch, operation: object): object {
  const { model, version, why } = launch;
  return { ...(referTo(launch, operation) as object), 'x-slipway': { model, version, description: why } };
}

function named(launch: Launch): Parts {
  const schemas = Object.entries(schemasOf(launch)).filter(([name]) => ownSchemas.includes(name));
  return Object.fromEntries(schemas.map(([name, schema]) => [prefixOf(launch) + name, referTo(launch, schema)]));
}

/** A name of a component has letters, digits, dots, hyphens and underscores. */
function prefixOf({ model, version }: Launch): string {
  return `${model}.${version.replaceAll(/[^\w.-]/g, '_')}.`;
}

const schemaPlace = '#/components/schemas/';

/** A part of the document with the references to schemas of its own pointing at those of this model. */
function referTo(launch: Launch, part: unknown): unknown {
  if (Array.isArray(part)) return part.map((each) => referTo(launch, each));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => {
      if (name !== '$ref' || typeof value !== 'string') return [name, referTo(launch, value)];
      const schema = value.slice(schemaPlace.length);
      return [name, ownSchemas.includes(schema) ? schemaPlace + prefixOf(launch) + schema : value];
    }),
  );
}
