// Stops with a sentence when the running Node is older than the one that we promise to support.
const minimum = [22, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < minimum[0] || (major === minimum[0] && minor < minimum[1])) {
  const wanted = minimum.join('.');
  process.stderr.write(
    `Runyard needs Node ${wanted} or newer and this is ${process.versions.node}: start it with \`npx -y pnpm@12 <command>\`, ` +
      `which brings Node 24 on Linux and Windows, or install Node 24 (https://nodejs.org) and try again.\n`,
  );
  process.exit(1);
}
