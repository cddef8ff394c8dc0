/** The version of the program that runs, which the build puts in; a program run from its sources has none. */
export const programVersion = process.env.GREENUP_VERSION ?? 'unbuilt';
