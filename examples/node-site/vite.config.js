export default {
  build: { outDir: 'public_html' },
}
