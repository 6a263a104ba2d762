/** JSON Schema of a fixture; its descriptions stand in the messages about a wrong one. */
const account = {
  projects: {
    type: 'array',
    description: 'project ids that exist besides those of --projects',
    items: {
      type: 'integer',
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'a project id: a non-negative integer',
    },
  },
  limits: {
    type: 'object',
    description: 'limits in place of the defaults: keyPairs',
    additionalProperties: false,
    properties: {
      keyPairs: {
        type: 'integer',
        minimum: 0,
        description: 'how many key pairs a project may hold, in place of --key-pair-limit',
      },
    },
  },
} as const

const text = (description: string) => ({ type: 'string', minLength: 1, description }) as const

export const fixtureSchema = {
  type: 'object',
  description: 'a starting state: projects, limits, credentials, accounts',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'ignored' },
    ...account,
    credentials: {
      type: 'array',
      description: 'a list of { secretId, secretKey, account? }',
      items: {
        type: 'object',
        description: 'a credential: secretId, secretKey and, if it shares one, account',
        additionalProperties: false,
        required: ['secretId', 'secretKey'],
        properties: {
          secretId: text('the SecretId that a client sends'),
          secretKey: text('the SecretKey that a client signs with'),
          account: text('the account it belongs to; by default the SecretId itself'),
        },
      },
    },
    accounts: {
      type: 'object',
      description: 'by account, what differs there: projects, limits',
      propertyNames: text('the name of an account: a SecretId, `default`, or one given to a credential'),
      additionalProperties: {
        type: 'object',
        description: 'what differs in this account: projects, limits',
        additionalProperties: false,
        properties: account,
      },
    },
  },
} as const
