/** Public probe: the web answers. What is behind it stands in /api/health. */
export function GET(): Response {
  return Response.json({ status: "ok" }, { headers: { "cache-control": "no-store" } });
}
