import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fail, nearest } from '@slipway/core';
import type { Command } from 'commander';
import { knownModel } from '../../registry/model-reference.ts';
import { readAudit } from '../../registry/read-audit.ts';
import type { AuditEntry, AuditHead, AuditVerdict } from '../../registry/types.ts';
import { counted, instantText } from '../../system/wording.ts';
import { verdictExitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { entriesText as countText } from '../lines.ts';
import { countOption, momentOption } from '../option-values.ts';
import { actorText, headText, withRegistry, writeJson } from '../registry-command.ts';
import { type Style, styleFor } from '../style.ts';
import { tableText } from '../table.ts';
import { changeText } from './entry-text.ts';

const examples = `
Every change of the registry is an entry, and each entry holds the hash of the one before. The newest entry comes last.
\`verify\` reads the whole log, and compares what it says of versions, aliases, approvals, records and keys with what stands
in the database: exit code 10 where either was tampered with. Whoever may write the database can also cut the end of the
log off: keep the head elsewhere now and then, and verify against it. A head is a file of --keep, or NUMBER:HASH as
\`verify\` and \`backup\` print it.

Examples:
  slipway audit
  slipway show audit/12                      one entry in full, with its evidence
  slipway audit --model learner-risk --since 2026-11-01 --limit 20
  slipway audit verify --keep head.json      verify, and write the head of the log to a file
  slipway audit verify --head head.json      nothing before that head was changed or cut
  slipway audit verify --head 12:9f86d081…   the same, with a head as it was printed`;

interface Options {
  readonly model?: string;
  readonly since?: string;
  readonly limit: number;
  readonly head?: string;
  readonly keep?: string;
  readonly json?: boolean;
}

export function configure(command: Command, io: Io): void {
  command
    .argument('[verify]', '`verify` checks the log in place of showing it', verifyWord)
    .option('--model <name>', 'only entries about this model')
    .option(
      '--since <time>',
      'only entries since then: 1h or 7d ago, a day, or a time such as 2026-11-24T10:00Z',
      momentOption,
    )
    .option('--limit <count>', 'the newest so many, in the order in which they came', countOption, 50)
    .option('--head <head>', 'verify: an earlier head, or its file, that the log must still hold')
    .option('--keep <file>', 'verify: write the head to this file')
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action((verify: string | undefined, options: Options) => {
      checkOptions(command, verify !== undefined);
      return verify === undefined ? list(options, io) : check(options, io);
    });
}

const ofVerify = ['head', 'keep'];
const ofList = ['model', 'since', 'limit'];

/** An option that would do nothing is a mistake: whoever gave it believes that it did something. */
function checkOptions(command: Command, isVerify: boolean): void {
  const misplaced = (isVerify ? ofList : ofVerify).find((name) => command.getOptionValueSource(name) === 'cli');
  if (misplaced === undefined) return;
  throw fail('USAGE', {
    message: isVerify
      ? `\`slipway audit verify\` reads the whole log and takes no --${misplaced}.`
      : `--${misplaced} belongs to \`slipway audit verify\`.`,
    where: 'slipway audit',
    hint: isVerify
      ? 'Leave it out.'
      : `Write \`slipway audit verify --${misplaced} ${misplaced === 'head' ? 'HEAD' : 'FILE'}\`.`,
  });
}

async function list(options: Options, io: Io): Promise<void> {
  const { model, since, limit } = options;
  await withRegistry(io, async (registry) => {
    if (model !== undefined) await knownModel(registry, model);
    const entries = await readAudit(registry, { model, since, limit });
    if (options.json) return writeJson(io, { entries });
    io.stdout.write(entriesText(entries, styleFor(io.stdout, io.env)));
  });
}

function entriesText(entries: readonly AuditEntry[], style: Style): string {
  if (entries.length === 0) return 'No entry.\n';
  const rows = entries.map((entry) => {
    const { sequence, at, by, action, subject, why } = entry;
    const words = (why ?? '').replace(/\s+/g, ' ');
    return [String(sequence), instantText(at), actorText(by), action, subject, changeText(entry), words];
  });
  return tableText(['no', 'at', 'by', 'what', 'subject', 'change', 'why'], rows, style);
}

async function check({ head, keep, json }: Options, io: Io): Promise<void> {
  const kept = head === undefined ? undefined : (headOf(head) ?? (await readHead(resolve(io.cwd, head), head)));
  await withRegistry(io, async (registry) => {
    const verdict = await registry.verifyAudit(kept);
    if (json) writeJson(io, verdict);
    else io.stdout.write(verdictText(verdict, styleFor(io.stdout, io.env)));
    if (!verdict.intact) return io.exit(verdictExitCodes.fail);
    if (keep === undefined) return;
    await writeFile(resolve(io.cwd, keep), `${JSON.stringify(verdict.head)}\n`).catch((cause: Error) => {
      throw fail('OUTPUT_NOT_WRITABLE', {
        message: `The head cannot be written: ${cause.message}.`,
        where: keep,
        cause,
      });
    });
    if (!json) io.stdout.write(`  the head is in ${keep}: keep it where whoever owns the database cannot write\n`);
  });
}

const differencesShown = 20;

function verdictText(verdict: AuditVerdict, style: Style): string {
  if (!verdict.intact && verdict.fault === 'state') {
    const { differences } = verdict;
    const found = counted(differences.length, 'difference');
    const lines = differences.slice(0, differencesShown).map((difference) => `  ${difference}\n`);
    const rest = differences.length - lines.length;
    const more = rest === 0 ? '' : `  … and ${rest} more: --json names them all\n`;
    return `${style.red(`the database is not what the log says (${found})`)}:\n${lines.join('')}${more}`;
  }
  if (!verdict.intact) return `${style.red(`the log was tampered with (${verdict.fault})`)}: ${verdict.message}\n`;
  const { head, uncompared = [] } = verdict;
  const whole = `${style.green('the log is whole')}, and the database is what it says: ${countText(head.sequence)}, head ${headText(head)}\n`;
  const [first] = uncompared;
  if (first === undefined) return whole;
  return `${whole}  ${style.yellow('not compared')}: ${counted(uncompared.length, 'value')} of entries that an earlier release wrote; ${first}\n`;
}

async function readHead(path: string, name: string): Promise<AuditHead> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fail('INPUT_NOT_FOUND', {
      message: 'This is neither a head of the log nor a file with one.',
      where: name,
      cause,
    });
  });
  const head = headOf(text);
  if (head !== null) return head;
  throw fail('INPUT_FORMAT', {
    message: 'The file holds no head of an audit log.',
    where: name,
    hint: 'Write one with `slipway audit verify --keep FILE`, or give it as it was printed: NUMBER:HASH.',
  });
}

/** `12:9f86…` as it is printed, `{"sequence":12,"hash":"9f86…"}` of --keep, or the answer of `backup --json`. */
function headOf(text: string): AuditHead | null {
  const [, number, printed] = /^(\d+)[:\s]+([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (printed !== undefined) return { sequence: Number(number), hash: printed };
  try {
    const document = JSON.parse(text) as Partial<AuditHead> & { readonly auditHead?: Partial<AuditHead> };
    const { sequence, hash } = document.auditHead ?? document;
    return Number.isSafeInteger(sequence) && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash)
      ? { sequence: Number(sequence), hash }
      : null;
  } catch {
    return null;
  }
}

function verifyWord(text: string): string {
  if (text === 'verify') return text;
  throw fail('USAGE', {
    message: `\`slipway audit\` has no ${JSON.stringify(text)}.`,
    where: 'slipway audit',
    hint: `${nearest(text, ['verify']) === null ? 'The one word that it takes is `verify`.' : 'Did you mean verify?'} \`slipway audit --help\` shows its arguments.`,
  });
}
