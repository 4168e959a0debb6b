/** CSS widths of the columns, for the skeleton: apart from the client code, because the server reads them. */
export const HEALTH_WIDTHS = [null, "7rem", "9.5rem", "9rem", "6.5rem", "8rem", null] as const;
