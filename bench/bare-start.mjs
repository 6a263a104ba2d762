// The least that a Fastify server can do before it is ready.
import { fastify } from 'fastify'

const app = fastify({ logger: { level: 'info', stream: process.stderr } })
app.get('/v2/index.php', () => ({}))
await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write('ready\n')
