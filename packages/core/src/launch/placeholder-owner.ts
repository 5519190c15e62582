import type { Owner } from './types.ts';

/** What stands as owner in a drafted launch file until somebody takes the model on: fact 8 is not documented by it. */
export const placeholderOwner: Pick<Owner, 'team' | 'contact'> = {
  team: 'Your team',
  contact: 'your-team@example.org',
};

/** Half of a placeholder still says nothing of whom to reach. */
export function isPlaceholderOwner({ team, contact }: Pick<Owner, 'team' | 'contact'>): boolean {
  return team === placeholderOwner.team || contact === placeholderOwner.contact;
}
