import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** So many requests of one connection are in progress at once. */
const maxInProgress = 8

interface Queue {
  inProgress: number
  readonly waiting: (readonly [IncomingMessage, ServerResponse])[]
}

/**
 * Serves a few requests of a connection at a time, and reads no more of it while others wait. A client that pipelines
 * sends hundreds of requests in one packet; serving all of them at once would hold everyone else up, and their answers
 * would fill the memory.
 */
export function queueByConnection(listener: RequestListener): RequestListener {
  const queues = new WeakMap<Socket, Queue>()

  const serve = (queue: Queue, request: IncomingMessage, response: ServerResponse) => {
    queue.inProgress++
    response.once('close', () => {
      queue.inProgress--
      // Not at once, so that other connections have their turn
      if (queue.waiting.length > 0) setImmediate(next, queue, request.socket)
    })
    listener(request, response)
  }

  const next = (queue: Queue, socket: Socket) => {
    const [request, response] = (queue.inProgress < maxInProgress && queue.waiting.shift()) || []
    if (request && response) serve(queue, request, response)
    if (queue.waiting.length === 0) readAgain(socket)
  }

  const open = (socket: Socket): Queue => {
    const queue: Queue = { inProgress: 0, waiting: [] }
    queues.set(socket, queue)
    socket.once('close', () => queue.waiting.splice(0))
    return queue
  }

  return (request, response) => {
    const { socket } = request
    const queue = queues.get(socket) ?? open(socket)
    if (queue.inProgress < maxInProgress && queue.waiting.length === 0) {
      serve(queue, request, response)
      return
    }
    queue.waiting.push([request, response])
    stopReading(socket)
  }
}

/** Node resumes the socket whenever the body of a request is read, so that calls of `resume` are ignored meanwhile. */
function stopReading(socket: Socket): void {
  socket.pause()
  socket.resume = () => socket
}

function readAgain(socket: Socket): void {
  // The method of the class again
  Reflect.deleteProperty(socket, 'resume')
  socket.resume()
}
