/** Names of the shell's cookies; apart from the client code, because the server reads them. */
export const SIDEBAR_COOKIE = "dg_sidebar";
