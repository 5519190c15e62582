/**
 * What holds where the launch file is silent, in the words of the file. The schema shows these values to readers and
 * `normalise.ts` applies them: there is no other place.
 */
export const launchDefaults = {
  missing: 'reject',
  maxLength: 4096,
  items: 'number',
  nullable: false,
  fallbackWhen: ['error', 'timeout', 'overload'],
  sloWindow: '30d',
  loadRecords: 1,
  rollbackTo: 'previous',
  rollbackWhen: ['slo_breach', 'contract_violation'],
  rolloutApprove: false,
  batchMaxQuarantine: '1%',
  embeddedChannel: 'stable',
  onlineDeadline: '5s',
  onlineBody: '1MB',
  onlineRecords: 10_000,
} as const;
