package org.warpmix.study.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.warpmix.likelihood.Method;
import org.warpmix.random.Variates;
import org.warpmix.study.AnalysisModel;
import org.warpmix.study.Condition;
import org.warpmix.study.DrawnDesign;
import org.warpmix.study.StopRule;
import org.warpmix.study.Study;
import org.warpmix.study.StudyDesign;
import org.warpmix.study.TestMethod;
import org.warpmix.study.Truth;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;

/**
 * A study as a file says it. Immutable.
 *
 * <pre>
 * design:
 *   groups: {school: 30}
 *   rows: 20
 *   predictors:
 *     treat: {values: [0, 1], at: school}
 * truth:
 *   formula: y ~ treat + (1 | school)
 *   random: {school: {icc: 0.1}}
 * models:
 *   intercepts: y ~ treat + (1 | school)
 *   least squares: y ~ treat
 * methods: [z, satterthwaite]
 * grid:
 *   design.groups.school: [10, 30]
 *   truth.effects.treat: [0, 0.3]
 * </pre>
 *
 * <p>{@code grid} names places of design, truth and missing and gives each a list of values: the conditions are all combinations, the
 * last place changing fastest.
 *
 * @param title of the study, or {@code null}
 * @param study what to do
 * @param formula of the truth
 */
public record StudyFile(String title, Study study, String formula) {

    private static final String[] KEYS = {
        "title",
        "seed",
        "replicates",
        "block",
        "level",
        "design",
        "truth",
        "missing",
        "models",
        "methods",
        "permutations",
        "parameters",
        "stop",
        "grid",
        "common"
    };
    private static final List<String> VARIED = List.of("design", "truth", "missing");
    private static final int MOST_CONDITIONS = 100_000;

    /**
     * Reads a study file.
     *
     * @throws StudyFileException naming the line of what is wrong
     */
    public static StudyFile read(Path path) {
        return of(YamlReader.read(path));
    }

    /** Reads the text of a study file, which messages call by a name. */
    public static StudyFile parse(String name, String text) {
        return of(YamlReader.parse(name, text));
    }

    private static StudyFile of(Entry root) {
        Map<String, Entry> parts = root.entries(KEYS);
        for (String needed : List.of("design", "truth")) {
            if (!parts.containsKey(needed)) {
                throw root.wrong("the study says nothing of " + NearestNames.quote(needed)
                        + ". It needs design and truth; models are the truth's where none are given.");
            }
        }
        List<Condition> conditions = new ArrayList<>();
        Map<String, Entry> grid = parts.containsKey("grid") ? parts.get("grid").entries() : Map.of();
        addConditions(root, grid, labels(grid), new LinkedHashMap<>(), conditions);
        Study study = Study.of(conditions);
        String formula = parts.get("truth").entries().get("formula").text();
        Table rows = rows(conditions.get(0).design());
        if (parts.containsKey("models")) {
            study = withModels(study, parts.get("models"), rows);
        } else {
            study = study.withModel(AnalysisModel.of(formula));
        }
        Entry title = parts.get("title");
        return new StudyFile(title == null ? null : title.text(), withNumbers(study, parts), formula);
    }

    /** Short names for what the grid varies: the last keys that tell them apart. */
    private static Map<String, String> labels(Map<String, Entry> grid) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String path : grid.keySet()) {
            String label = path.substring(path.lastIndexOf('.') + 1);
            boolean shared = grid.keySet().stream()
                    .anyMatch(other -> !other.equals(path)
                            && other.substring(other.lastIndexOf('.') + 1).equals(label));
            labels.put(path, shared ? path : label);
        }
        return labels;
    }

    private static void addConditions(
            Entry root,
            Map<String, Entry> grid,
            Map<String, String> names,
            Map<String, String> values,
            List<Condition> conditions) {
        if (values.size() == grid.size()) {
            Condition condition = condition(root);
            for (Map.Entry<String, String> value : values.entrySet()) {
                condition = condition.withLabel(names.get(value.getKey()), value.getValue());
            }
            conditions.add(condition);
            return;
        }
        String path = new ArrayList<>(grid.keySet()).get(values.size());
        Entry choices = grid.get(path);
        String top = path.contains(".") ? path.substring(0, path.indexOf('.')) : path;
        if (!VARIED.contains(top)) {
            throw choices.wrong("grid: " + NearestNames.quote(path) + " cannot be varied. Places begin with one of "
                    + String.join(", ", VARIED) + ", e.g. design.rows.");
        }
        if (choices.items().isEmpty()) {
            throw choices.wrong("grid: " + path + " has no values. Give one at least.");
        }
        for (Entry choice : choices.items()) {
            Map<String, String> more = new LinkedHashMap<>(values);
            more.put(path, choice.toString());
            addConditions(root.with(path, choice), grid, names, more, conditions);
            if (conditions.size() > MOST_CONDITIONS) {
                throw choices.wrong("grid: more than " + MOST_CONDITIONS + " conditions. Vary less.");
            }
        }
    }

    private static Condition condition(Entry root) {
        Map<String, Entry> parts = root.entries();
        Entry design = parts.get("design");
        DrawnDesign drawn = design.here(() -> DesignReader.read(design));
        Table rows = design.here(() -> rows(drawn));
        Truth truth = TruthReader.read(parts.get("truth"), rows);
        Entry redraw = design.entries().get("redraw");
        Condition condition = Condition.of(drawn, truth).withRedraw(redraw != null && redraw.flag());
        return parts.containsKey("missing")
                ? condition.withMissing(TruthReader.missing(parts.get("missing")))
                : condition;
    }

    private static Table rows(StudyDesign design) {
        return design.draw(new Variates(0));
    }

    private static Study withModels(Study study, Entry models, Table rows) {
        Study more = study;
        if (!models.isMap()) {
            for (Entry model : models.itemOrItems()) {
                Study before = more;
                more = model.here(
                        () -> before.withModel(AnalysisModel.of(model.text()).checked(rows)));
            }
            return more;
        }
        for (Map.Entry<String, Entry> entry : models.entries().entrySet()) {
            Study before = more;
            Entry model = entry.getValue();
            more = model.here(
                    () -> before.withModel(model(entry.getKey(), model).checked(rows)));
        }
        return more;
    }

    private static AnalysisModel model(String name, Entry entry) {
        if (!entry.isMap()) {
            return new AnalysisModel(name, entry.text(), Method.REML);
        }
        Map<String, Entry> parts = entry.entries("formula", "method");
        if (!parts.containsKey("formula")) {
            throw entry.wrong(entry.what() + " needs a formula.");
        }
        Method method = parts.containsKey("method") ? choice(parts.get("method"), Method.values()) : Method.REML;
        return new AnalysisModel(name, parts.get("formula").text(), method);
    }

    private static Study withNumbers(Study study, Map<String, Entry> parts) {
        Study read = study;
        for (Map.Entry<String, Entry> part : parts.entrySet()) {
            Study before = read;
            Entry entry = part.getValue();
            read = entry.here(() -> switch (part.getKey()) {
                case "seed" -> before.withSeed(entry.wholeLong());
                case "replicates" -> before.withReplicates(entry.whole());
                case "block" -> before.withBlock(entry.whole());
                case "level" -> before.withLevel(entry.number());
                case "common" -> before.withCommonNumbers(entry.flag());
                case "permutations" -> before.withPermutations(entry.whole());
                case "methods" ->
                    before.withMethods(entry.itemOrItems().stream()
                            .map(item -> choice(item, TestMethod.values()))
                            .toArray(TestMethod[]::new));
                case "parameters" ->
                    before.withParameters(
                            entry.itemOrItems().stream().map(Entry::text).toArray(String[]::new));
                case "stop" -> before.withStop(stop(entry));
                default -> before;
            });
        }
        return read;
    }

    private static StopRule stop(Entry entry) {
        Map<String, Entry> parts = entry.entries("bias", "coverage", "rejection");
        double[] errors = new double[3];
        String[] names = {"bias", "coverage", "rejection"};
        Arrays.setAll(
                errors, k -> parts.containsKey(names[k]) ? parts.get(names[k]).number() : Double.NaN);
        return new StopRule(errors[0], errors[1], errors[2]);
    }

    private static <E extends Enum<E>> E choice(Entry entry, E[] choices) {
        List<String> words = new ArrayList<>();
        for (E one : choices) {
            words.add(one.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        int index = words.indexOf(entry.text());
        if (index < 0) {
            throw entry.wrong(entry.what() + ": there is no " + NearestNames.quote(entry.text()) + ". "
                    + NearestNames.hint(entry.text(), words));
        }
        return choices[index];
    }
}
