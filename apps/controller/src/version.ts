/** The version of the controller; a test holds it equal to that of the package. */
export const VERSION = '0.1.0';
