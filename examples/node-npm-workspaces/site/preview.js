import { createServer } from 'node:http'

createServer((request, response) => response.end('the site')).listen(4600)
