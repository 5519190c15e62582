/** What a setting takes; each has its reader in `setting-value.ts`. */
export type SettingType =
  | 'text'
  /** A path: of a variable from the working folder, of the settings file from the folder of that file. */
  | 'path'
  /** `sqlite:PATH`, `file:PATH` or an address with `://`. */
  | 'address'
  | 'port'
  | 'workers'
  /** A whole number from 1. */
  | 'count'
  | 'share'
  | 'duration'
  | 'bytes'
  | 'switch'
  /** Words with commas between; in the settings file also a list. */
  | 'names'
  /** One of `choices`. */
  | 'choice'
  /** A secret of at least 32 characters. */
  | 'secret';

/** One setting of a place. Everything about it follows from this. */
export interface Setting {
  readonly variable: string;
  /** Other variables that have the value where `variable` is not set: those that every tool knows. */
  readonly also?: readonly string[];
  /** Its place in slipway.config.yaml; null where it cannot be there. */
  readonly key: string | null;
  readonly type: SettingType;
  readonly choices?: readonly string[];
  /** As it would be written; `{home}` is the setting home, `{user}` the user of the operating system. Null: none. */
  readonly default: string | null;
  /** Never shown, and never in the settings file itself. */
  readonly secret?: true;
  readonly description: string;
  /** The version of Slipway that has it first. */
  readonly since: string;
}
