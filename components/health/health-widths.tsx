/** CSS widths of the columns, for the skeleton: apart from the client code, because the server reads them. */
export const HEALTH_WIDTHS = [null, "7rem", "8.5rem", "9rem", "5.5rem", "7rem", null] as const;
