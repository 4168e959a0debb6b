import { config } from "zod/v4/core";

// Runs before any page's code. Without it zod tries whether it may compile code from text, which the content
// security policy forbids and the browser reports.
config({ jitless: true });
