const TEXT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Unbraid lab</title>
<h1>The page isn't built</h1>
<p>The lab is at work, and its API answers under <code>/api/</code>. In a checkout of the repository, <code>npm run build</code> builds the page; then start the lab again.</p>
</html>
`;

/** What stands in the page's place in a checkout where it isn't built. */
export const unbuiltPage = (): Response =>
  new Response(TEXT, {
    status: 503,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' },
  });
