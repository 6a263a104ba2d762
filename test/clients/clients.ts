import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Client, Place } from './client.ts'
import { packer, performPacker } from './packer/packer.ts'

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

const node = (file: string) => ({
  language: 'Node',
  tools: [],
  command: () => ({ program: process.execPath, args: [here(`node/${file}.mjs`)] }),
})

/** They read this variable alone, and no NO_PROXY. */
const variablesOfNodeSdk = ({ way }: Place): Record<string, string> => (way === 'proxy' ? {} : { http_proxy: '' })

const python = (file: string, pip: string) => ({
  name: pip,
  language: 'Python',
  tools: ['python3'],
  install: { pip },
  command: (installed: string) => ({ program: `${installed}/bin/python`, args: [here(`python/${file}.py`)] }),
})

const curl = {
  name: 'curl',
  language: 'shell',
  tools: ['bash', 'curl', 'openssl', 'base64'],
  command: () => ({ program: 'bash', args: [here('curl/main.sh')] }),
}

/** A JVM reads no environment: it has a trust store, and properties for the proxy. */
function jvmVariables({ ca, url }: Place): Record<string, string> {
  if (ca === undefined) return {}
  const store = `${ca}.p12`
  const password = ['-storetype', 'PKCS12', '-storepass', 'changeit']
  execFileSync('keytool', ['-importcert', '-noprompt', '-alias', 'cvm', '-file', ca, '-keystore', store, ...password], {
    stdio: 'ignore',
  })
  const { hostname, port } = new URL(url)
  const properties = {
    'javax.net.ssl.trustStore': store,
    'javax.net.ssl.trustStorePassword': 'changeit',
    'https.proxyHost': hostname,
    'https.proxyPort': port,
  }
  const options = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`)
  return { JAVA_TOOL_OPTIONS: options.join(' ') }
}

export const clients: readonly Client[] = [
  {
    ...node('qcloudapi-sdk'),
    name: 'qcloudapi-sdk',
    api: '2017-03-12',
    ways: ['endpoint', 'proxy', 'tls'],
  },
  { ...node('capi'), name: '@tencent-sdk/capi', api: '2017-03-12', ways: ['endpoint'] },
  { ...node('capi'), name: '@tencent-sdk/capi', api: '3.0', ways: ['endpoint'] },
  {
    ...node('tencentcloud-sdk-nodejs-cvm'),
    name: 'tencentcloud-sdk-nodejs-cvm',
    variables: variablesOfNodeSdk,
    api: '3.0',
    ways: ['endpoint', 'proxy', 'tls'],
  },
  {
    ...node('tencentcloud-sdk-nodejs-intl-en'),
    name: 'tencentcloud-sdk-nodejs-intl-en',
    variables: variablesOfNodeSdk,
    api: '3.0',
    ways: ['endpoint'],
  },
  {
    ...python('tencentcloud_sdk', 'tencentcloud-sdk-python'),
    api: '3.0',
    ways: ['endpoint', 'proxy', 'tls'],
    notes: {
      retry:
        'Its StandardRetryer repeats the call, but then raises the first error although the repeated call succeeded.',
    },
  },
  { ...python('qcloudapi_sdk', 'qcloudapi-sdk-python'), api: '2017-03-12', ways: ['proxy'] },
  {
    ...python('tccli_commands', 'tccli'),
    api: '3.0',
    ways: ['endpoint', 'proxy', 'tls'],
    notes: { 'no-name': 'It refuses the call itself, because --KeyName is required.' },
  },
  {
    name: 'tencentcloud-sdk-go',
    language: 'Go',
    api: '3.0',
    ways: ['endpoint', 'proxy', 'tls'],
    tools: ['go'],
    install: { project: 'go' },
    command: (installed) => ({ program: `${installed}/client`, args: [] }),
  },
  {
    name: 'tencentcloud-sdk-java',
    language: 'Java',
    api: '3.0',
    ways: ['endpoint', 'proxy', 'tls'],
    tools: ['java', 'javac', 'keytool', 'mvn'],
    install: { project: 'java' },
    command: (installed) => ({
      program: 'java',
      args: ['-cp', `${installed}/target/classes:${installed}/target/dependency/*`, 'Main'],
    }),
    variables: jvmVariables,
  },
  { ...curl, api: '2017-03-12', ways: ['endpoint', 'proxy'] },
  { ...curl, api: '3.0', ways: ['endpoint', 'tls'] },
  { name: 'Packer', language: 'Go', api: '3.0', ways: ['proxy'], tools: [packer], perform: performPacker },
]
