import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startEmulator } from '../../src/emulator.ts'

// Starts an emulator, lets another process log in and stay, and closes nothing
const fixtures = { instances: [{ instanceId: 'ins-1e4r6y8i', instanceState: 'RUNNING' }] }
const emulator = await startEmulator({ port: 0, sshPort: 0, keyBits: 1024, poolSize: 0, fixtures })
const call = async (params) => (await fetch(`${emulator.url}/v2/index.php?Version=2017-03-12&${params}`)).json()
const { KeyPair } = (await call('Action=CreateKeyPair&KeyName=a&ProjectId=0')).Response
await call(`Action=AssociateInstancesKeyPairs&KeyIds.0=${KeyPair.KeyId}&InstanceIds.0=ins-1e4r6y8i&ForceStop=TRUE`)
const client = `
  import ssh2 from 'ssh2'
  const client = new ssh2.Client()
  client.on('error', () => {}).on('ready', () => process.send('in')).on('close', () => process.exit())
  client.connect({ ...JSON.parse(process.argv[1]), username: 'ins-1e4r6y8i' })`
const options = { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }
const login = JSON.stringify({ ...emulator.ssh, privateKey: KeyPair.PrivateKey })
const child = spawn(process.execPath, ['--input-type=module', '-e', client, login], options)
child.once('message', () => {
  process.stdout.write('logged in\n')
  child.disconnect()
  child.unref()
})
