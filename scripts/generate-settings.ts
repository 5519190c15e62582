import { settingsSchema } from '../packages/slipway/src/settings/settings-schema.ts';
import { settingNames, settingOf } from '../packages/slipway/src/settings/settings-table.ts';
import { type GeneratedFile, markdownMark } from './generated-file.ts';

/** The reference page of the settings, and the JSON Schema of the settings file for editors. */
export function settingsFiles(): readonly GeneratedFile[] {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...settingsSchema() };
  return [
    { path: 'docs/reference/settings.md', content: `${intro}${rows()}${outro}` },
    { path: 'packages/slipway/settings.schema.json', content: `${JSON.stringify(schema, null, 2)}\n` },
  ];
}

const intro = `${markdownMark('the table of settings')}
# Settings

What belongs to a place and not to a model: where the registry is, who may ask, which port. \`slipway config\` shows what is
in force and where each value comes from; \`slipway doctor\` tries it.

A setting comes from the first of these that has it:

1. the flag of the command, where it has one;
2. its variable. One that is set to nothing counts as not set;
3. the file whose path is in the variable with \`_FILE\` behind its name (\`SLIPWAY_ADMIN_KEY_FILE=/run/secrets/admin\`): for
   secrets of Docker and Kubernetes. The end of line behind the value is none of it;
4. \`slipway.config.yaml\`: the nearest from the working folder upward, or the one that \`SLIPWAY_CONFIG\` names. What stands
   in \`environments\` under the name in \`SLIPWAY_ENV\` comes before the rest of the file;
5. its default.

Relative paths start at the working folder; in \`slipway.config.yaml\` at the folder of that file.

| Setting | In the file | Default | Since | What it is |
| --- | --- | --- | --- | --- |
`;

function rows(): string {
  return settingNames
    .map((name) => {
      const { variable, also = [], key, default: standard, secret, description, since } = settingOf(name);
      const variables = [variable, ...also].map((each) => `\`${each}\``).join(', ');
      const inFile = key === null ? '' : `\`${key}\``;
      const text = `${description}${secret === true ? ' **Secret.**' : ''}`.replaceAll('|', '\\|');
      return `| ${variables} | ${inFile} | ${standard === null ? '' : `\`${standard}\``} | ${since} | ${text} |\n`;
    })
    .join('');
}

const outro = `
\`{home}\` is the value of \`SLIPWAY_HOME\`, \`{user}\` the user of the operating system. Shares are numbers from 0 to 1 or
percentages, durations are like \`30s\`, \`12h\`, \`90d\`, sizes like \`500MB\`.

## The settings file

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/slipway/settings.schema.json
user: ana
serve:
  port: 8080
environments:
  production:
    registry: postgres://slipway:\${DB_PASSWORD}@db.example.org/slipway
    artifacts: s3://models/slipway
    s3:
      region: eu-west-1
    serve:
      host: 0.0.0.0
\`\`\`

\`\${NAME}\` is replaced by the variable \`NAME\`, which must be set where the value is in force. A setting that is secret may
stand in the file as \`\${NAME}\` only. Fields that there are not, and values that do not fit, are refused with file, line and
column, and with what was probably meant; so are those of environments that are not in force.

A variable that begins with \`SLIPWAY_\` and that nothing reads is warned of. Those that Kubernetes sets for a service named
\`slipway\` are let pass; as one of them is \`SLIPWAY_PORT\`, give such a pod \`enableServiceLinks: false\`.
`;
