const { createServer } = require('node:http')
const PQ = require('libpq')

const server = createServer((request, response) => {
  const connection = new PQ()
  connection.connect(process.env.DATABASE_URL ?? 'host=/nowhere', (error) => {
    response.end(error ? `the driver works: ${error.message}` : `server version ${connection.serverVersion()}`)
  })
})
server.listen(process.env.PORT || 3600)
