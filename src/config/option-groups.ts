/** The groups of the options, in the order of the help. */
export const groups = {
  server: { en: 'Server', zh: '服务' },
  state: { en: 'State', zh: '状态' },
  keys: { en: 'Keys', zh: '密钥' },
  accounts: { en: 'Accounts and signatures', zh: '账号与签名' },
  failures: { en: 'Errors and delays', zh: '错误与延迟' },
  https: { en: 'HTTPS', zh: 'HTTPS' },
  log: { en: 'Log and journal', zh: '日志与请求记录' },
} as const

/** The name of a group of options. */
export type GroupName = keyof typeof groups
