import { createServer } from 'node:http'
import { total } from '@shop/prices'

const port = process.env.PORT || 4000

createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ total: total([1.5, 2.5]) }))
}).listen(port)
