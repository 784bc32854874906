package org.warpmix.study.file;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.warpmix.study.AnalysisModel;
import org.warpmix.study.Missing;
import org.warpmix.study.RandomEffects;
import org.warpmix.study.Shape;
import org.warpmix.study.Truth;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;

/** Reads {@code truth} and {@code missing}. */
final class TruthReader {

    private static final List<String> SHAPES = List.of("normal", "t", "skewed", "contaminated");

    private TruthReader() {}

    /** @param rows of the design, to check it by */
    static Truth read(Entry entry, Table rows) {
        Map<String, Entry> parts = entry.entries("formula", "effects", "random", "residual");
        Entry formula = parts.get("formula");
        if (formula == null) {
            throw entry.wrong("truth needs a formula, e.g. y ~ x + (1 | school).");
        }
        Truth truth = formula.here(() -> Truth.of(formula.text()));
        formula.here(() -> AnalysisModel.of(formula.text()).checked(rows));
        if (parts.containsKey("residual")) {
            truth = residual(truth, parts.get("residual"));
        }
        if (parts.containsKey("random")) {
            for (Map.Entry<String, Entry> group : parts.get("random").entries().entrySet()) {
                Truth before = truth;
                Entry random = group.getValue();
                truth = random.here(() -> before.withRandom(group.getKey(), random(random)));
            }
        }
        Truth withRandom = truth;
        parts.getOrDefault("random", formula).here(() -> withRandom.checked(rows));
        if (parts.containsKey("effects")) {
            for (Map.Entry<String, Entry> effect :
                    parts.get("effects").entries().entrySet()) {
                Truth before = truth;
                Entry value = effect.getValue();
                truth = value.here(
                        () -> before.withEffect(effect.getKey(), value.number()).checked(rows));
            }
        }
        return truth;
    }

    private static Truth residual(Truth truth, Entry entry) {
        if (!entry.isMap()) {
            return entry.here(() -> truth.withSigma(entry.number()));
        }
        Map<String, Entry> parts = entry.entries("sd", "distribution", "log-sd");
        Truth read = truth;
        if (parts.containsKey("sd")) {
            Entry sd = parts.get("sd");
            read = sd.here(() -> truth.withSigma(sd.number()));
        }
        if (parts.containsKey("distribution")) {
            read = read.withShape(shape(parts.get("distribution")));
        }
        if (parts.containsKey("log-sd")) {
            for (Map.Entry<String, Entry> slope : parts.get("log-sd").entries().entrySet()) {
                read = read.withLogDeviation(slope.getKey(), slope.getValue().number());
            }
        }
        return read;
    }

    private static RandomEffects random(Entry entry) {
        if (!entry.isMap()) {
            return RandomEffects.of(entry.numbers());
        }
        Map<String, Entry> parts = entry.entries("sd", "icc", "cor", "distribution");
        double[] sd = parts.containsKey("sd") ? parts.get("sd").numbers() : new double[0];
        RandomEffects read =
                parts.containsKey("icc") ? RandomEffects.ofIcc(parts.get("icc").number(), sd) : RandomEffects.of(sd);
        if (parts.containsKey("cor")) {
            Entry cor = parts.get("cor");
            int q = sd.length + (parts.containsKey("icc") ? 1 : 0);
            double[] triangle = cor.numbers();
            if (!cor.isList() && q > 2) {
                triangle = new double[q * (q - 1) / 2]; // one for all pairs
                Arrays.fill(triangle, cor.number());
            }
            read = read.withCorrelations(triangle);
        }
        return parts.containsKey("distribution") ? read.withShape(shape(parts.get("distribution"))) : read;
    }

    /** {@code normal}, {@code {t: 5}}, {@code {skewed: 2}} or {@code {contaminated: [0.1, 3]}}. */
    private static Shape shape(Entry entry) {
        if (!entry.isMap()) {
            if (!entry.text().equals("normal")) {
                throw entry.wrong(entry.what() + ": there is no distribution " + NearestNames.quote(entry.text())
                        + " without numbers. Say normal, {t: 5}, {skewed: 2} or {contaminated: [0.1, 3]}.");
            }
            return Shape.NORMAL;
        }
        Map<String, Entry> parts =
                entry.entries(SHAPES.subList(1, SHAPES.size()).toArray(String[]::new));
        if (parts.size() != 1) {
            throw entry.wrong(entry.what() + ": one distribution, not " + parts.size() + ".");
        }
        Map.Entry<String, Entry> part = parts.entrySet().iterator().next();
        double[] numbers = part.getValue().numbers();
        int needed = part.getKey().equals("contaminated") ? 2 : 1;
        if (numbers.length != needed) {
            throw entry.wrong(entry.what() + ": " + part.getKey() + " takes " + needed
                    + (needed == 1 ? " number" : " numbers, share and factor") + ", and " + numbers.length
                    + " are given.");
        }
        return entry.here(() -> switch (part.getKey()) {
            case "t" -> Shape.t(numbers[0]);
            case "skewed" -> Shape.skewed(numbers[0]);
            default -> Shape.contaminated(numbers[0], numbers[1]);
        });
    }

    static Missing missing(Entry entry) {
        if (!entry.isMap()) {
            return entry.here(() -> Missing.completelyAtRandom(entry.number()));
        }
        Map<String, Entry> parts = entry.entries("rate", "on", "slope", "dropout");
        if (!parts.containsKey("rate")) {
            throw entry.wrong("missing needs a rate, e.g. {rate: 0.2, on: previous, slope: 1}.");
        }
        return entry.here(() -> new Missing(
                parts.get("rate").number(),
                parts.containsKey("on") ? parts.get("on").text() : null,
                parts.containsKey("slope") ? parts.get("slope").number() : 0,
                parts.containsKey("dropout") && parts.get("dropout").flag()));
    }
}
