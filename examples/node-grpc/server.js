const path = require('node:path')
const grpc = require('@grpc/grpc-js')
const loader = require('@grpc/proto-loader')

const { rates } = grpc.loadPackageDefinition(loader.loadSync(path.join(__dirname, 'rates.proto')))
const server = new grpc.Server()
server.addService(rates.Rates.service, {
  convert: ({ request }, done) => done(null, { currency: 'EUR', value: request.value * 0.9 })
})

const port = process.env.PORT || 50051
server.bindAsync(`0.0.0.0:${port}`, grpc.ServerCredentials.createInsecure(), () => console.log(`rates on ${port}`))
