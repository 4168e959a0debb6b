import { scrape } from "#lib/web/scrape";

export const GET = scrape;
