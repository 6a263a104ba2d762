import { expect } from 'vitest'
import { openSshd, sshTools } from '../support/sshd.ts'
import { testWith } from '../support/tools.ts'
import { qcloudapi } from './qcloudapi.ts'

testWith(...sshTools)(
  'OpenSSH logs in with a key that a published client created, and another key is refused',
  async () => {
    const create = await qcloudapi('POST')
    const keyPair = async (name: string) => {
      const { Response } = await create(name)
      if (!Response.KeyPair) throw new Error(Response.Error?.Message)
      return Response.KeyPair
    }
    const [own, other] = [await keyPair('own'), await keyPair('other')]
    const login = await openSshd([own.PublicKey])

    const accepted = login(own.PrivateKey)
    expect(accepted.status, accepted.output + accepted.log).toBe(0)
    expect(accepted.output).toContain('in\n')
    const refused = login(other.PrivateKey)
    expect(refused.status).toBe(255)
    expect(refused.output).toContain('Permission denied (publickey)')
  },
)
