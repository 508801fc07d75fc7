package dev.interlock.effect;

import dev.interlock.call.ToolCall;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Accesses by template. Immutable.
 *
 * @param kind what the call does to the resources that the template comes to
 */
record DeclaredAccess(Access.Kind kind, ResourceTemplate template) {

    /**
     * @throws IllegalArgumentException if the template is malformed
     */
    static DeclaredAccess of(Access.Kind kind, String template) {
        return new DeclaredAccess(kind, ResourceTemplate.parse(template));
    }

    /**
     * Rejects a template that names no resource. It would stand for all resources, which no author means by it.
     *
     * @throws IllegalArgumentException if a template is blank
     */
    static String[] named(Access.Kind kind, String... templates) {
        for (String template : templates) {
            if (template.isBlank()) {
                boolean reads = kind == Access.Kind.READ;
                throw new IllegalArgumentException(
                        "template '%s' names no resource; for a tool that may %s anything, use %s"
                                .formatted(
                                        template,
                                        reads ? "read" : "write",
                                        reads ? "Effects.reads() or @Reads" : "Effects.exclusive() or @Exclusive"));
            }
        }
        return templates;
    }

    DeclaredAccess with(UnaryOperator<ResourceTemplate> change) {
        return new DeclaredAccess(kind, change.apply(template));
    }

    List<Access> accesses(ToolCall call, Map<String, ParameterType> parameters) {
        List<Resource> resources = template.resolve(call.arguments(), parameters);
        if (resources.size() == 1) {
            return List.of(new Access(kind, resources.get(0)));
        }
        return resources.stream().map(resource -> new Access(kind, resource)).toList();
    }

    Access constant() {
        return new Access(kind, template.fixedPrefix());
    }

    @Override
    public String toString() {
        if (kind == Access.Kind.READ) {
            return "reads " + template;
        }
        return template.isConstant() && template.fixedPrefix().equals(Resource.ROOT)
                ? "exclusive"
                : "writes " + template;
    }
}
