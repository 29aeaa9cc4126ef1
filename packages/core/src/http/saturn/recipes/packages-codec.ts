import { packagesCodec } from '../../names/codecs.ts';
import type { Codec } from '../../names/name-row.ts';
import { isPlain, type Plain } from '../../names/paths.ts';

/** A recipe's packages: `{ pip: { install, requirements_txt }, conda: { install, environment_yml }, apt: { install } }`, or a text for each, as it was in 2022. */
export const recipePackagesCodec: Codec = {
  read: (value, field) => (isPlain(value) ? packagesCodec.read(flat(value), field) : value),
  write: (value) => (value === null ? undefined : nested(packagesCodec.write(value) as Plain)),
};

const flat = (given: Plain): Plain => {
  const conda = isPlain(given.conda) ? given.conda : {};
  return {
    ...Object.fromEntries(installers.map((name) => [name, installIn(given[name])])),
    requirements_txt: isPlain(given.pip) ? given.pip.requirements_txt : null,
    environment_yml: conda.environment_yml,
    // It is how conda installs, where it installs anything.
    use_mamba: conda.use_mamba === true && Boolean(conda.install || conda.environment_yml),
  };
};

const installers = ['apt', 'pip', 'conda', 'cran', 'remotes', 'bioconductor'];

const installIn = (value: unknown): unknown => (isPlain(value) ? (value.install ?? null) : value);

const nested = ({ apt, pip, conda, cran, ...files }: Plain): Plain => {
  const requirements = files.as_requirements_txt ? pip : files.requirements_txt;
  const environment = files.as_environment_yml ? conda : files.environment_yml;
  return {
    ...part('apt', { install: apt }),
    ...part('pip', { install: files.as_requirements_txt ? null : pip, requirements_txt: requirements }),
    ...part('conda', { install: files.as_environment_yml ? null : conda, environment_yml: environment }),
    ...part('cran', { install: cran }),
  };
};

const part = (name: string, fields: Plain): Plain => {
  const said = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return said.length === 0 ? {} : { [name]: Object.fromEntries(said) };
};
