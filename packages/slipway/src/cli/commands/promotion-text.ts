import type { Move, Promotion } from '../../registry/types.ts';
import { actorText, instantText } from '../registry-command.ts';
import type { Style } from '../style.ts';

/** What became of a promotion, in one or two lines. */
export function promotionText(promotion: Promotion, style: Style): string {
  if (promotion.kind === 'moved') return moveText(promotion.move, style);
  if (promotion.kind === 'unchanged') {
    const { model, alias, version } = promotion.alias;
    return `${style.bold(`${model}@${alias}`)} points to ${version} already: nothing changed\n`;
  }
  const { id, model, requestedBy, expiresAt } = promotion.approval;
  return (
    `${style.yellow('waits for approval')}: somebody other than ${actorText(requestedBy)} must agree before production of ` +
    `${style.bold(model)} moves\n  slipway approve ${id}   by ${instantText(expiresAt)}\n`
  );
}

/** `learner-risk@production  1.0.0 → 1.1.0`. */
export function moveText({ model, alias, from, to, kind }: Move, style: Style): string {
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
