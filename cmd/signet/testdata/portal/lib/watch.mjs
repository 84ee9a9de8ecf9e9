// Whatever a person would not see but which is wrong all the same.

// watch makes a story fail for errors in a context: of scripts and on the console,
// breaches of the Content-Security-Policy (which Chromium tells on the console), requests
// that fail or are answered with an error, and requests to anybody but the server.
export function watch(context, story) {
  const { base } = story.world
  const wrong = (page, what) => story.wrong(what, page?.url() ?? 'about:blank')
  context.on('weberror', (e) => wrong(e.page(), `a script threw: ${e.error()}`))
  context.on('console', (m) => {
    // What could not be loaded is told with its address by the two below.
    if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) wrong(m.page(), `console: ${m.text()}`)
  })
  context.on('request', (r) => {
    const to = new URL(r.url())
    if (!['data:', 'blob:', 'about:'].includes(to.protocol) && to.origin !== base) wrong(pageOf(r), `asks another host: ${r.url()}`)
  })
  context.on('requestfailed', (r) => {
    // A page that is left, or a download that begins, ends what is under way.
    if (r.failure()?.errorText !== 'net::ERR_ABORTED') wrong(pageOf(r), `${r.method()} ${r.url()}: ${r.failure()?.errorText}`)
  })
  context.on('response', (r) => {
    if (r.status() >= 400) wrong(pageOf(r.request()), `${r.request().method()} ${r.url()}: status ${r.status()}`)
  })
}

// pageOf is none for what has no page yet, as the first request of one.
function pageOf(request) {
  try {
    return request.frame().page()
  } catch {
    return undefined
  }
}
