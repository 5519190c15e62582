import type { ModelRepository } from '../models/model-repository.ts';
import type { OnlineModel } from '../ports.ts';
import { openApiDocument } from './document.ts';
import { severalModelsDocument } from './several-models.ts';

const texts = new WeakMap<OnlineModel, { readonly all: readonly OnlineModel[]; readonly text: string }>();

/** The document of all that a server serves, as text; made once for the same models. Raises MODEL_NOT_READY. */
export function openApiText(repository: ModelRepository, slipwayVersion: string): string {
  const served = repository.entries().flatMap(({ slot }) => slot.current() ?? []);
  const [first] = served.length === 0 ? [repository.locate()] : served;
  const { model } = first as (typeof served)[number];
  const all = served.map((each) => each.model);
  const known = texts.get(model);
  if (known !== undefined && isSame(known.all, all)) return known.text;
  const launches = distinct(all).map(({ launch }) => launch);
  const document =
    launches.length > 1
      ? severalModelsDocument(launches, slipwayVersion)
      : openApiDocument(model.launch, slipwayVersion);
  const text = JSON.stringify(document);
  texts.set(model, { all, text });
  return text;
}

function isSame(a: readonly OnlineModel[], b: readonly OnlineModel[]): boolean {
  return a.length === b.length && a.every((model, at) => model === b[at]);
}

/** The same version may be served as an alias and by its number. */
function distinct(models: readonly OnlineModel[]): readonly OnlineModel[] {
  const nameOf = ({ launch }: OnlineModel) => `${launch.model}@${launch.version}`;
  return [...new Map(models.toReversed().map((model) => [nameOf(model), model])).values()].reverse();
}
