import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, Request } from './document-thread.ts'

/** A worker thread of `document-thread.ts`: it reads one document, and hands it over in portions. */
const port = parentPort
if (port) {
  const receive = async (): Promise<Request> => (await once(port, 'message'))[0]
  const answer = (message: Answer) => port.postMessage(message)
  const loading = import('./check-document.ts')
  const chunks: Uint8Array[] = []
  let request = await receive()
  for (; 'chunk' in request; request = await receive()) chunks.push(request.chunk)
  const { checkDocument, isProblem } = await loading
  try {
    const text = Buffer.concat(chunks.splice(0)).toString()
    const { rest, portions } = await checkDocument(text, workerData, async (seeds) => {
      answer({ seeds })
      const made = await receive()
      return 'keys' in made ? made.keys : new Map()
    })
    answer({ rest })
    for (const portion of portions) {
      await receive()
      answer({ portion })
    }
    await receive()
    answer({})
  } catch (error) {
    if (!isProblem(error)) throw error
    answer({ problem: error.message })
  }
}
