// Drives the clients graphql-ws and graphql-sse for graph/clients_test.go. Each line of
// the input is one thing to do, as JSON:
//
//   {"begin": "name of the operation", "client": "ws" or "sse", "query": "...", "token": "...", "retries": 3}
//   {"stop": "name of the operation"}
//
// and each line of the output says what became of an operation: {"name", "next"},
// {"name", "error"} or {"name", "complete"}; or of a connection: {"connected", "retries"} or {"closed": code}.
import { createInterface } from 'node:readline'
import { createClient as overSocket } from 'graphql-ws'
import { createClient as overEvents } from 'graphql-sse'
import WebSocket from 'ws'

const url = process.argv[2]
const say = (what) => console.log(JSON.stringify(what))
const soon = () => new Promise((resolve) => setTimeout(resolve, 20))
const clients = new Map()
const operations = new Map()

function make({ client, token, retries = 0 }) {
  const header = token ? { Authorization: `Bearer ${token}` } : {}
  if (client === 'sse') {
    return overEvents({ url, headers: header, retryAttempts: retries, retry: soon })
  }
  return overSocket({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: header,
    retryAttempts: retries,
    retryWait: soon,
    shouldRetry: () => true,
    on: {
      connected: () => say({ connected: true, retries }),
      closed: (event) => say({ closed: event.code }),
    },
  })
}

// A client is shared by the operations of one token, as in an application.
function clientOf(order) {
  const key = JSON.stringify([order.client, order.token, order.retries])
  if (!clients.has(key)) clients.set(key, make(order))
  return clients.get(key)
}

function told(error) {
  if (Array.isArray(error)) return { errors: error }
  return { code: error?.code ?? error?.response?.status ?? 0, message: String(error?.message ?? error) }
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line)
  if (order.stop) {
    operations.get(order.stop)()
    continue
  }
  const name = order.begin
  const unsubscribe = clientOf(order).subscribe(
    { query: order.query },
    {
      next: (result) => say({ name, next: result }),
      error: (error) => say({ name, error: told(error) }),
      complete: () => say({ name, complete: true }),
    },
  )
  operations.set(name, unsubscribe)
}
process.exit(0)
