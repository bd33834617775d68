export const dynamic = 'force-dynamic'

export default function Page() {
  return <h1>Rain at {new Date().getHours()} o'clock</h1>
}
