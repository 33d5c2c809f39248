import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const nodeBuiltIns = ['node:*', 'fs', 'path', 'os', 'crypto', 'child_process', 'http', 'https', 'net'];

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'out/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // There are no classes here, so no method loses its this.
      '@typescript-eslint/unbound-method': 'off',
      // Taking a property out of an object is how the rest of it is had.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
      'max-lines': ['error', 300],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only config/environment.ts reads the environment; take what you need as an argument.',
        },
      ],
    },
  },
  {
    // A rule says what it alone can say; what finds its causes is a file beside it.
    files: ['sections/*/rule-*.ts'],
    rules: { 'max-lines': ['error', 140] },
  },
  {
    // Workflow code must be deterministic: nothing of Node, no clock zone, no environment.
    files: ['workflows/**/*.ts'],
    ignores: ['workflows/bundle.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: nodeBuiltIns }] },
  },
  {
    files: ['config/environment.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        URL: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
);
