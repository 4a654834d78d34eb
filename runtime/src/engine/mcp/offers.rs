//! What all plugins together offer to a view, and that no two of them offer the same.

use std::collections::BTreeSet;
use std::sync::Arc;

use sinew_schema::{Description, McpPrompt, McpResource, McpResourceTemplate, McpTool};

use super::{McpView, Offered};
use crate::engine::catalog::{Catalog, Loaded, PluginState};

impl Catalog {
    /// The tools that a view shows, in the order of the plugins' names and then as each describes them; so are the other lists.
    #[must_use]
    pub fn tools(&self, view: &McpView) -> Vec<Offered<McpTool>> {
        self.offered(
            view,
            |said| &said.tools,
            |loaded, tool| under(loaded, &tool.name),
        )
    }

    /// The prompts.
    #[must_use]
    pub fn prompts(&self, view: &McpView) -> Vec<Offered<McpPrompt>> {
        self.offered(
            view,
            |said| &said.prompts,
            |loaded, prompt| under(loaded, &prompt.name),
        )
    }

    /// The resources, by their addresses.
    #[must_use]
    pub fn resources(&self, view: &McpView) -> Vec<Offered<McpResource>> {
        self.offered(
            view,
            |said| &said.resources,
            |_, resource| resource.uri.clone(),
        )
    }

    /// The resource templates.
    #[must_use]
    pub fn resource_templates(&self, view: &McpView) -> Vec<Offered<McpResourceTemplate>> {
        self.offered(
            view,
            |said| &said.resource_templates,
            |_, template| template.uri_template.clone(),
        )
    }

    /// What the plugins of a view say of themselves.
    #[must_use]
    pub fn instructions(&self, view: &McpView) -> Vec<String> {
        let said = |(_, loaded): (_, &Arc<Loaded>)| loaded.offer.description.instructions.clone();
        self.shown(view).filter_map(said).collect()
    }

    /// The plugin that offers a tool under this name, and its own name for it.
    pub(super) fn tool(&self, view: &McpView, name: &str) -> Option<(Arc<Loaded>, String)> {
        self.named(view, name, |loaded, own| loaded.offer.tool(own).is_some())
    }

    /// The plugin that offers a prompt under this name, and its own name for it.
    pub(super) fn prompt(&self, view: &McpView, name: &str) -> Option<(Arc<Loaded>, String)> {
        self.named(view, name, |loaded, own| {
            let prompts = &loaded.offer.description.prompts;
            prompts.iter().any(|prompt| prompt.name == own)
        })
    }

    /// The plugin that answers reads of this address: the one that lists it, else the first with a template that fits.
    pub(super) fn reader(&self, view: &McpView, uri: &str) -> Option<Arc<Loaded>> {
        let lists = |loaded: &Loaded| {
            let resources = &loaded.offer.description.resources;
            resources.iter().any(|resource| resource.uri == uri)
        };
        let all = || self.shown(view).map(|(_, loaded)| loaded);
        all()
            .find(|loaded| lists(loaded))
            .or_else(|| all().find(|loaded| loaded.offer.serves(uri)))
            .map(Arc::clone)
    }

    /// The plugin that describes a template.
    pub(super) fn template(&self, view: &McpView, template: &str) -> Option<Arc<Loaded>> {
        let mut all = self.shown(view).map(|(_, loaded)| loaded);
        all.find(|loaded| {
            let templates = &loaded.offer.description.resource_templates;
            templates.iter().any(|own| own.uri_template == template)
        })
        .map(Arc::clone)
    }

    fn named(
        &self,
        view: &McpView,
        name: &str,
        offers: impl Fn(&Loaded, &str) -> bool,
    ) -> Option<(Arc<Loaded>, String)> {
        self.shown(view).find_map(|(_, loaded)| {
            let own = name.strip_prefix(loaded.mcp_prefix.as_str())?;
            offers(loaded, own).then(|| (Arc::clone(loaded), own.to_owned()))
        })
    }

    fn offered<T: Clone>(
        &self,
        view: &McpView,
        list: impl Fn(&Description) -> &[T],
        name: impl Fn(&Loaded, &T) -> String,
    ) -> Vec<Offered<T>> {
        let mut all = Vec::new();
        for (plugin, loaded) in self.shown(view) {
            let items = list(&loaded.offer.description);
            all.extend(items.iter().map(|item| Offered {
                plugin: plugin.to_owned(),
                name: name(loaded, item),
                item: item.clone(),
            }));
        }
        all
    }

    fn shown(&self, view: &McpView) -> impl Iterator<Item = (&str, &Arc<Loaded>)> {
        self.plugins.iter().filter_map(|(name, state)| match state {
            PluginState::Loaded(loaded) if view.shows(name) => Some((name.as_str(), loaded)),
            PluginState::Loaded(_) | PluginState::Broken { .. } => None,
        })
    }
}

/// The name or address that a plugin would share with another one, as a reason why it is not loaded. Templates may overlap:
/// the first plugin with one that fits is asked.
pub(in crate::engine) fn clash(catalog: &Catalog, loaded: &Loaded) -> Option<String> {
    let name = &loaded.manifest.name;
    let mut others = catalog.clone();
    others.plugins.remove(name);
    let mut alone = Catalog::default();
    let state = PluginState::Loaded(Arc::new(loaded.clone()));
    alone.plugins.insert(name.clone(), state);
    let all = McpView::default();
    shared("tool", &others.tools(&all), &alone.tools(&all))
        .or_else(|| shared("prompt", &others.prompts(&all), &alone.prompts(&all)))
        .or_else(|| shared("resource", &others.resources(&all), &alone.resources(&all)))
}

fn shared<T>(kind: &str, theirs: &[Offered<T>], own: &[Offered<T>]) -> Option<String> {
    let own: BTreeSet<_> = own.iter().map(|item| item.name.as_str()).collect();
    let twice = theirs
        .iter()
        .find(|item| own.contains(item.name.as_str()))?;
    Some(format!(
        "its {kind} `{}` has the name of one of the plugin `{}`; give one of the two another `[plugins.NAME.mcp] prefix`",
        twice.name, twice.plugin
    ))
}

/// A plugin's own name for something, as clients see it.
fn under(loaded: &Loaded, own: &str) -> String {
    format!("{}{own}", loaded.mcp_prefix)
}
