import type { Move, Promotion, Requested } from '../../registry/types.ts';
import { instantText } from '../../system/wording.ts';
import { actorText } from '../registry-command.ts';
import type { Style } from '../style.ts';

/** What became of a promotion, in one or two lines. */
export function promotionText(promotion: Promotion, style: Style): string {
  if (promotion.kind === 'moved') return moveText(promotion.move, style);
  if (promotion.kind === 'unchanged') {
    const { model, alias, version } = promotion.alias;
    return `${style.bold(`${model}@${alias}`)} points to ${version} already: nothing changed\n`;
  }
  return requestedText(promotion, style);
}

/** What was only asked for, by whom, and how a second person agrees. */
export function requestedText({ approval, isAskedAlready }: Requested, style: Style): string {
  const { id, model, action, requestedBy, requestedAt, expiresAt } = approval;
  const said = isAskedAlready
    ? `already asked (${id}, by ${actorText(requestedBy)} at ${instantText(requestedAt)})`
    : `waits for approval (${id})`;
  const what =
    action.kind === 'promote' ? `production of ${style.bold(model)} moves` : `${style.bold(model)} needs none`;
  return (
    `${style.yellow(said)}: somebody other than ${actorText(requestedBy)} must agree before ${what}\n` +
    `  slipway approve ${id}   until ${instantText(expiresAt)}\n`
  );
}

/** `learner-risk@production  1.0.0 → 1.1.0`. */
function moveText({ model, alias, from, to, kind }: Move, style: Style): string {
  const back = kind === 'rollback' ? style.yellow(' (rolled back)') : '';
  return `${style.bold(`${model}@${alias}`)}  ${from ?? 'nothing'} → ${style.green(to ?? 'nothing')}${back}\n`;
}

/** A rollback, where the next one would lead, and how to go forward again. */
export function rollbackText(
  move: Move,
  { last, next }: { readonly last: Move | null; readonly next: string | null },
  style: Style,
): string {
  const { model, alias, from } = move;
  const again =
    last?.kind === 'rollback'
      ? `  It was rolled back before, from ${last.from} by ${actorText(last.by)} at ${instantText(last.at)}: this goes one version further back.\n`
      : '';
  const further = next === null ? 'no version before it is left' : `the next rollback goes to ${next}`;
  const flag = alias === 'production' ? '' : ` --alias ${alias}`;
  return `${moveText(move, style)}${again}${style.dim(`  ${further}; forward again: slipway promote ${model}@${from}${flag}`)}\n`;
}
