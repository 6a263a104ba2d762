import { expect, test } from 'vitest'
import { createSecretSearch } from '../../src/identity/secrets.ts'
import { pem, pemTexts } from '../support/pem.ts'

const find = createSecretSearch(['SecretKey+of_the/Signer', 'short', `Token${'0123456789'.repeat(50)}`])

test.each([
  'SecretKey+of_the/Signer',
  'a text with secretkey+of.the/signer in it',
  'SecretKey of_the/Signer',
  'SecretKey%2Bof_the%2FSigner',
  'SecretKey%252Bof_the%252FSigner',
  '%53ecretKey%2bof%5Fthe/Signer and 100%',
  `Token${'0123456789'.repeat(10)}`,
])('a known secret is found in %s', (text) => {
  expect(find(text)).toBe(true)
})

/** With many of the characters that clients encode. */
const publicKey = `AAAAB3NzaC1yc2EAAAADAQABAAAAgQD${'P0Yw/2T4+tUK'.repeat(14)}`

const keys = Array.from({ length: 20 }, (_, index) => pem(`key ${index}`))

test('private keys are found in every form', () => {
  for (const key of keys) {
    expect(Object.entries(pemTexts(key)).filter(([, text]) => !find(text))).toStrictEqual([])
  }
})

test('each line of a private key is found, also behind words and without what a host name cannot have', () => {
  const lines = keys.flatMap((key) => key.split('\n').slice(2, -3))
  const forms = (line: string) => [
    line,
    line.replaceAll('+', ' '),
    line.replaceAll(/\W/g, ''),
    `This is a line of 1 key: ${line}`,
  ]
  expect(lines.length).toBeGreaterThan(400)
  expect(lines.flatMap(forms).filter((text) => !find(text))).toStrictEqual([])
})

test('a line of a private key is found wherever it begins', () => {
  const line = keys[0]?.split('\n')[3]?.slice(0, 64) ?? ''
  const texts = Array.from({ length: 200 }, (_, index) => `${'ab;'.repeat(70).slice(0, index)}\n${line}\n;ab`)
  expect(texts.filter((text) => !find(text))).toStrictEqual([])
  expect(texts.filter((text) => find(text.replace(line, `${line.slice(0, 40)};${line.slice(40)}`)))).toStrictEqual([])
})

test('a search in a long text ends, whatever it repeats', () => {
  const texts = ['%25', 'Aa1', 'a b', '%', 'AKID', 'MI', 'token.1'].map((part) => part.repeat(300_000))
  expect(texts.map(find)).toStrictEqual(texts.map((text) => text.startsWith('Aa1')))
})

test.each([
  'short',
  'A description of Server 1 for the Test of 2 Key Pairs in the Region Guangzhou, by Team 7',
  'Created-By_Terraform-2024 Build-17 Env-Prod_EU-West-1 Owner-X Team-Y Stage-Z_Part-3',
  'DescribeInstancesForAutomaticallyCreatedTestEnvironmentNumber42InRegionGuangzhou',
  'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE',
  'AKIDB-3mQpQ7xZ_0aBcDeFgHiJkLmNoPqRsTuVwXyZ1a2B3c4D5e6F7g8H9i0JkLmNoPqRsT',
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDP0Yw2T4itUKOJQIK69c1Asy1UO88cxEbujR5Jbr0e/Ey1v4ZKAUzDnsBnFlf4hKPA1YvMB8RBYj4G skey_1',
  ...['\n', '"', '%20', ' '].map((before) => `ssh-rsa${before}${publicKey}`),
  `ssh-rsa ${publicKey.replaceAll('+', ' ')}`,
  `ssh-rsa%20${encodeURIComponent(publicKey)}`,
  `ssh-rsa ${publicKey.replaceAll('/', '\\/')}`,
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'Xq7dK2mZ+Ab9/Rt4'.repeat(3)}`,
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'EB3B0E4A-0B0D-48B7-92B6-DFA321DB325A, 141dfd6f-0b0d-48b7-92b6-dfa321db325a',
  'x'.repeat(1000),
  '/_emulator/journal/stream?action=DescribeKeyPairs&account=AKIDone&since=2017-03-12T08:00:00Z',
])('no secret is found in %s', (text) => {
  expect(find(text)).toBe(false)
})

test('in names, dashes and underscores end what looks like a private key; a known secret is found nevertheless', () => {
  const findInName = createSecretSearch(['Secret_Key-of-the_Signer'], { inNames: true })
  const names = [
    'E2E_TestSuiteA1_Run42_NodeV22_UbuntuLTS2404_ShardB3of8',
    'Aa1-'.repeat(40),
    'no-Secret_Key-of-the_Signer',
  ]
  expect(names.map(findInName)).toStrictEqual([false, false, true])
  const line = keys[0]?.split('\n')[3] ?? ''
  expect([line, `%${line.charCodeAt(0).toString(16)}${line.slice(1)}`].map(findInName)).toStrictEqual([true, true])
})
