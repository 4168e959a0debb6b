/** The datasource that was looked into last; apart from the client code, because the server reads it. */
export const SOURCE_COOKIE = "dg_query_source";
