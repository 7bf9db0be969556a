import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type DefaultTheme } from 'vitepress'

// What internal/site has made pages of: see make docs.
const made = fileURLToPath(new URL('../generated/sidebar.json', import.meta.url))
const bar: Record<string, DefaultTheme.SidebarItem[]> = existsSync(made) ? JSON.parse(readFileSync(made, 'utf8')) : {}

const guide: DefaultTheme.SidebarItem[] = [
  { text: 'Start', link: '/start' },
  {
    text: 'By task',
    items: [
      { text: 'Open a run', link: '/guide/open' },
      { text: 'Select', link: '/guide/select' },
      { text: 'Read', link: '/guide/read' },
      { text: 'Map', link: '/guide/map' },
      { text: 'Reduce', link: '/guide/reduce' },
      { text: 'Detectors', link: '/guide/detectors' },
      { text: 'Scans and pulses', link: '/guide/scans' },
      { text: 'Write', link: '/guide/write' },
      { text: 'Many processes and machines', link: '/guide/machines' },
      { text: 'At the prompt', link: '/guide/commands' },
    ],
  },
  { text: 'From Python to Go', link: '/python' },
  {
    text: 'How it works',
    items: [
      { text: 'The way of the data', link: '/how/data' },
      { text: 'Worker processes', link: '/how/processes' },
      { text: 'Machines', link: '/how/machines' },
      { text: 'The file format', link: '/format' },
      { text: 'Performance', link: '/performance' },
    ],
  },
  {
    text: 'The project',
    items: [
      { text: 'How to contribute', link: '/contribute' },
      { text: 'Changes', link: '/changes' },
    ],
  },
]

export default defineConfig({
  title: 'extrapasha',
  description: 'Data of the European XFEL on all cores, in Go',
  lang: 'en',
  srcExclude: ['generated/**', 'public/**'],
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: '/mark.svg', type: 'image/svg+xml' }]],
  markdown: {
    languageAlias: { console: 'shellsession' },
  },
  themeConfig: {
    logo: '/mark.svg',
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guide', link: '/start', activeMatch: '^/(start|guide|python|how|format|performance)' },
      { text: 'Notebooks', link: '/notebooks/', activeMatch: '^/notebooks/' },
      { text: 'Packages', link: '/api/', activeMatch: '^/api/' },
      { text: 'Commands', link: '/commands/', activeMatch: '^/commands/' },
    ],
    sidebar: {
      '/api/': [{ text: 'Packages', link: '/api/', items: bar.api }],
      '/commands/': [{ text: 'Commands', link: '/commands/', items: bar.commands }],
      '/notebooks/': [{ text: 'Notebooks', link: '/notebooks/', items: bar.notebooks }],
      '/': guide,
    },
    footer: { message: 'BSD-3-Clause' },
  },
})
