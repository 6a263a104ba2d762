import { describe, expect, test } from 'vitest'
import { runCommand } from '../../src/ssh/commands.ts'

const machine = {
  hostName: 'ins-1e4r6y8i',
  user: 'root',
  authorizedKeys: () => ['ssh-rsa AAAA skey_1', 'ssh-rsa BBBB skey_2'],
}
const run = (line: string, user = 'root') => Object.values(runCommand(line, { ...machine, user }))
const keys = 'ssh-rsa AAAA skey_1\nssh-rsa BBBB skey_2\n'

test.each([
  ['true', '', '', 0],
  ['false', '', '', 1],
  ['', '', '', 0],
  ['  true  ', '', '', 0],
  ['exit', '', '', 0],
  ['exit 7', '', '', 7],
  ['exit 300', '', '', 44],
  ['exit -1', '', '', 255],
  ['exit no', '', 'bash: exit: no: numeric argument required\n', 2],
  ['echo', '\n', '', 0],
  ['echo  in   here', 'in here\n', '', 0],
  ['echo \'two  spaces\' "and \\"one\\"" a\\ b', 'two  spaces and "one" a b\n', '', 0],
  ['echo -n in', 'in', '', 0],
  ['whoami', 'root\n', '', 0],
  ['hostname', 'ins-1e4r6y8i\n', '', 0],
  ['cat /etc/hostname', 'ins-1e4r6y8i\n', '', 0],
  ['cat ~/.ssh/authorized_keys', keys, '', 0],
  ['cat .ssh/authorized_keys', keys, '', 0],
  ['cat /root/.ssh/authorized_keys /etc/hostname', `${keys}ins-1e4r6y8i\n`, '', 0],
  ['cat /etc/passwd /etc/hostname', 'ins-1e4r6y8i\n', 'cat: /etc/passwd: No such file or directory\n', 1],
  ['ls -l', '', 'bash: ls: command not found\n', 127],
  ['constructor', '', 'bash: constructor: command not found\n', 127],
  ['/bin/sh -c true', '', 'bash: /bin/sh: command not found\n', 127],
])('%j', (line, ...expected) => {
  expect(run(line)).toStrictEqual(expected)
})

test('another user has another home', () => {
  expect(run('whoami', 'ubuntu')).toStrictEqual(['ubuntu\n', '', 0])
  expect(run('cat /home/ubuntu/.ssh/authorized_keys', 'ubuntu')).toStrictEqual([keys, '', 0])
})

describe('a line that only a shell understands is not found as a whole', () => {
  test.each([
    'echo a; echo b',
    'echo $HOME',
    'echo `id`',
    'true && false',
    'cat < /etc/hostname',
    'echo "open',
    'echo a\\',
  ])('%j', (line) => {
    expect(run(line)).toStrictEqual(['', `bash: ${line}: command not found\n`, 127])
  })
})

test('output and messages are bounded, whatever a command line has', () => {
  const [stdout] = run(`echo ${'x'.repeat(200_000)}`)
  expect(stdout).toHaveLength(65_536)
  const [, stderr = ''] = run('y'.repeat(200_000))
  expect(`${stderr}`.length).toBeLessThan(400)
  const [, many = ''] = run(`cat ${'/z '.repeat(50_000)}`)
  expect(`${many}`.length).toBeLessThanOrEqual(65_536)
})

test('a long line of any characters takes no long time', () => {
  for (const part of ['a ', '\\', '\\a', "'", '"', '"\\', "a'b'", '"a" ', '\0', '𝒳']) {
    const line = `echo ${part.repeat(35_000 / part.length)}`
    expect(run(line)).toHaveLength(3)
  }
})
