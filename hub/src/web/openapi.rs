//! OpenAPI 3.1, made from the registered routes.

use serde_json::{Map, Value as Json, json};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use super::registry::{Described, Route};

/// The description of the API.
#[must_use]
pub fn document(routes: &[Route]) -> Json {
    let mut paths: Map<String, Json> = Map::new();
    let mut schemas: Map<String, Json> = Map::new();
    schemas.insert("Problem".to_owned(), problem());
    for route in routes {
        let operation = operation(route, &mut schemas);
        let path = paths.entry(route.path.to_owned()).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Düken", "version": env!("CARGO_PKG_VERSION"), "description": "Every write carries an Idempotency-Key: a UUIDv7 made once per action." },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "session": { "type": "apiKey", "in": "cookie", "name": super::SESSION_COOKIE } }
        },
    })
}

fn operation(route: &Route, schemas: &mut Map<String, Json>) -> Json {
    let mut parameters: Vec<Json> = path_names(route.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(route.params.iter().filter_map(|p| serde_json::to_value(p).ok()));
    if route.method != "GET" {
        parameters
            .push(json!({ "name": "Idempotency-Key", "in": "header", "required": true, "schema": { "type": "string", "format": "uuid" } }));
    }
    let answer = match &route.answer {
        Some(described) => json!({ "description": "Done", "content": { "application/json": { "schema": refer(described, schemas) } } }),
        None => json!({ "description": "Done" }),
    };
    let problem = json!({ "description": "Refused", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    let area = route.path.split('/').nth(2).unwrap_or("hub");
    let mut operation = json!({
        "summary": route.summary,
        "tags": [area],
        "operationId": format!("{}{}", route.method.to_lowercase(), route.path.replace("/api", "").replace(['/', '-', '.'], "_").replace(['{', '}'], "")),
        "parameters": parameters,
        "responses": { "2XX": answer, "4XX": problem },
        "x-access": format!("{:?}", route.access),
    });
    if route.access != super::Access::Public {
        operation["security"] = json!([{ "session": [] }]);
    }
    if let Some(body) = &route.body {
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": refer(body, schemas) } } });
    }
    operation
}

fn refer(described: &Described, schemas: &mut Map<String, Json>) -> Json {
    for (name, schema) in &described.all {
        insert(schemas, name, schema);
    }
    let Some(schema) = &described.schema else { return json!({}) };
    match schema {
        RefOr::T(Schema::Object(_) | Schema::AllOf(_) | Schema::OneOf(_)) if described.name != "String" => {
            insert(schemas, &described.name, schema);
            json!({ "$ref": format!("#/components/schemas/{}", described.name) })
        }
        other => serde_json::to_value(other).unwrap_or_else(|_| json!({})),
    }
}

fn insert(schemas: &mut Map<String, Json>, name: &str, schema: &RefOr<Schema>) {
    if !schemas.contains_key(name)
        && let Ok(value) = serde_json::to_value(schema)
    {
        schemas.insert(name.to_owned(), value);
    }
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn problem() -> Json {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "type": "string", "description": "Stable: area.what" },
            "detail": { "type": "string", "description": "A sentence in the language of Accept-Language" },
            "field": { "type": ["string", "null"] },
            "params": { "type": "object", "additionalProperties": true },
            "request_id": { "type": ["string", "null"] },
        },
    })
}
