import type { Move, Promotion } from '../../registry/types.ts';
import { actorText } from '../registry-command.ts';
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
    `${style.yellow('waits for approval')}: a second person than ${actorText(requestedBy)} must agree before ` +
    `production of ${model} moves\n  slipway approve ${id}   until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC\n`
  );
}

/** `learner-risk@production  1.0.0 → 1.1.0`. */
export function moveText({ model, alias, from, to, kind }: Move, style: Style): string {
  const back = kind === 'rollback' ? style.yellow(' (rolled back)') : '';
  return `${style.bold(`${model}@${alias}`)}  ${from ?? 'nothing'} → ${style.green(to ?? 'nothing')}${back}\n`;
}
