import { createServer } from 'node:http'

createServer((request, response) => response.end('admin')).listen(process.env.PORT || 4001)
