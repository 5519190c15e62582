/** Every table with content, in an order in which no row points to one that comes later, and the key that orders its rows. */
export const backupTables: readonly { readonly table: string; readonly key: string }[] = [
  { table: 'slipway_audit', key: 'sequence' },
  { table: 'slipway_models', key: 'model' },
  { table: 'slipway_versions', key: 'model, ordinal' },
  { table: 'slipway_aliases', key: 'model, alias' },
  { table: 'slipway_moves', key: 'audit_sequence' },
  { table: 'slipway_approvals', key: 'audit_sequence' },
  { table: 'slipway_records', key: 'ordinal' },
  { table: 'slipway_keys', key: 'created_at, id' },
];
