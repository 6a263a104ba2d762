import ssh2 from 'ssh2'
import { startEmulator } from '../../src/emulator.ts'

/**
 * Prints how many bytes of memory each of the last logins has left behind, of clients and server together. A third of them
 * are refused, and a third are left in the middle of a session.
 */
const fixtures = { instances: [{ instanceId: 'ins-1e4r6y8i', instanceState: 'RUNNING' }] }
const emulator = await startEmulator({ port: 0, sshPort: 0, keyBits: 1024, poolSize: 0, journalSize: 10, fixtures })
const call = async (params) => (await fetch(`${emulator.url}/v2/index.php?Version=2017-03-12&${params}`)).json()
const create = async (name) => (await call(`Action=CreateKeyPair&KeyName=${name}&ProjectId=0`)).Response.KeyPair
const [right, wrong] = [await create('right'), await create('wrong')]
await call(`Action=AssociateInstancesKeyPairs&KeyIds.0=${right.KeyId}&InstanceIds.0=ins-1e4r6y8i&ForceStop=TRUE`)

const logIn = (number) =>
  new Promise((resolve) => {
    const client = new ssh2.Client()
    client
      .on('error', () => {})
      .on('close', resolve)
      .on('connect', () => client.setNoDelay())
    client.on('ready', () =>
      client.exec('echo in', (_error, channel) => {
        if (number % 3 === 1) client.destroy()
        else channel.on('close', () => client.end()).resume()
      }),
    )
    const { PrivateKey: privateKey } = number % 3 === 0 ? wrong : right
    client.connect({ ...emulator.ssh, username: 'ins-1e4r6y8i', privateKey })
  })

async function used() {
  for (let round = 0; round < 5; round++) {
    globalThis.gc()
    await new Promise(setImmediate)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const [warmUp, count] = [200, 800]
for (let number = 0; number < warmUp; number++) await logIn(number)
const before = await used()
for (let number = 0; number < count; number++) await logIn(number)
process.stdout.write(`${((await used()) - before) / count}\n`)
process.exit()
