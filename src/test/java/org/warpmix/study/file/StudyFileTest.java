package org.warpmix.study.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.warpmix.random.Variates;
import org.warpmix.study.Condition;
import org.warpmix.study.Missing;
import org.warpmix.study.Study;
import org.warpmix.study.TestMethod;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

class StudyFileTest {

    private static final String[] LINES = {
        "design:", // 1
        "  groups:",
        "    school: 6",
        "    class: {number: 2, within: school}",
        "  rows: 5", // 5
        "  predictors:",
        "    treat: {values: [0, 1], at: school}",
        "    x: {normal: [0, 1]}",
        "truth:",
        "  formula: y ~ treat + x + (1 | school) + (1 | class)", // 10
        "  effects: {treat: 0.5}",
        "  random:",
        "    school: {icc: 0.2}",
        "    class: {icc: 0.1}",
        "  residual: 2", // 15
        "models:",
        "  full: y ~ treat + x + (1 | school) + (1 | class)",
        "methods: [z, satterthwaite]",
        "replicates: 10",
        "missing: 0" // 20
    };

    private static StudyFile with(int line, String text) {
        String[] lines = LINES.clone();
        lines[line - 1] = text;
        return StudyFile.parse("study.yaml", String.join("\n", lines));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | desing: | line 1: unknown key 'desing'. Did you mean 'design'?",
                "5 | `  row: 5` | line 5: unknown key 'row' in design. Did you mean 'rows'?",
                "5 | `  rows: many` | line 5: design.rows: expected a whole number, found many.",
                "5 | `  rows: 0` | line 5: design.rows: A size is 0. Sizes are whole numbers from 1.",
                "5 | `  rows: {poisson: -1}` | line 5: design.rows: A Poisson size has the mean -1.0.",
                "5 | `  rows: {poison: 3}` | line 5: unknown key 'poison' in design.rows. Did you mean 'poisson'?",
                "4 | `    class: {within: school}` | line 4: design.groups.class needs a number",
                "4 | `    class: {number: 2, within: shool}` | line 4: design.groups.class: Factor class is to be nested in 'shool', which is not there. Did you mean 'school'?",
                "7 | `    treat: {values: [0, 1], at: scool}` | line 7: design.predictors.treat: Predictor treat: there is no grouping factor 'scool'. Did you mean 'school'?",
                "8 | `    x: {normal: [0]}` | line 8: design.predictors.x.normal: expected two numbers, found [0].",
                "8 | `    x: {at: school}` | line 8: design.predictors.x: say what is drawn: normal, uniform, binary or values.",
                "10 | `  formula: y ~ treat + x + (1 | school` | line 10: truth.formula:",
                "10 | `  formula: y ~ treat + z + (1 | school) + (1 | class)` | line 10: truth.formula: No column 'z'.",
                "11 | `  effects: {tret: 0.5}` | line 11: truth.effects.tret: There is no coefficient 'tret' in y ~ treat + x + (1 | school) + (1 | class). Did you mean 'treat'?",
                "11 | `  effects: {treat: big}` | line 11: truth.effects.treat: expected a number, found big.",
                "13 | `    schol: {icc: 0.2}` | The random effects of 'school' are in the formula",
                "13 | `    school: {sd: [1, 2]}` | has 1 random effects in the formula",
                "13 | `    school: {icc: 0.95}` | Nothing is left for the residual",
                "13 | `    school: {sd: 1, distribution: t}` | there is no distribution 't' without numbers. Say normal, {t: 5}",
                "13 | `    school: {sd: 1, distribution: {t: 2}}` | line 13: truth.random.school.distribution: A t distribution has 2.0 degrees of freedom.",
                "15 | `  residual: 0` | line 15: truth.residual: A residual standard deviation of 0.0.",
                "17 | `  full: y ~ treat + w + (1 | school)` | line 17: models.full: No column 'w'",
                "18 | `methods: [z, saterthwaite]` | line 18: methods: there is no 'saterthwaite'. Did you mean 'satterthwaite'?",
                "19 | `replicates: 0` | line 19: replicates: Replicates: 0 were asked for.",
                "19 | `design: 1` | line 19: the key 'design' is given twice.",
                "20 | `missing: {rate: 0.2, slope: 1}` | line 20: missing: Missing responses with the slope 1.0 on nothing.",
                "20 | `grid: {design.row: [1, 2]}` | line 20: unknown key 'row' in design. Did you mean 'rows'?",
                "20 | `grid: {desgn.rows: [1, 2]}` | line 20: grid: 'desgn.rows' cannot be varied. Places begin with one of design, truth, missing",
                "20 | `grid: {truth.random.shool.icc: [0.1]}` | line 20: grid: there is no mapping 'shool' in truth.random",
                "20 | `grid: {truth.residual: [1, -1]}` | line 20: truth.residual: A residual standard deviation of -1.0.",
                "20 | `grid: {design.rows: []}` | line 20: grid: design.rows has no values.",
                "20 | `seed: [` | line 20: no YAML"
            })
    void whatIsWrongIsToldWithItsLine(int line, String text, String expected) {
        StudyFileException thrown = assertThrows(StudyFileException.class, () -> with(line, text));
        assertTrue(thrown.getMessage().startsWith("study.yaml, line "), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
        assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    }

    @Test
    void whatIsNeededIsAskedFor() {
        assertMessage("says nothing of 'truth'", "design: {groups: {g: 2}, rows: 2}");
        assertMessage("the file is empty", "# nothing");
        assertMessage("expected a mapping", "- 1");
        assertMessage("an alias that holds itself", "title: &a [*a]");
    }

    private static void assertMessage(String part, String text) {
        String message = assertThrows(StudyFileException.class, () -> StudyFile.parse("s.yaml", text))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void aliasesShareWhatTheyRepeat() {
        StringBuilder text = new StringBuilder("title: x\nparameters:\n  - &a0 [x, x]\n");
        for (int i = 1; i < 25; i++) {
            text.append("  - &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n"); // 2^25 words if they were copied
        }
        Entry read = YamlReader.parse("s.yaml", text.toString());
        assertEquals(25, read.entries().get("parameters").items().size());
    }

    @Test
    void everythingIsReadAsItIsSaid() {
        StudyFile file = with(20, """
                missing: {rate: 0.2, on: previous, slope: 1.5, dropout: true}
                title: A study
                seed: -7
                level: 0.9
                permutations: 99
                parameters: treat
                stop: {coverage: 0.01}
                grid:
                  design.groups.school: [6, 8]
                  truth.random.school: [{icc: 0.1}, {sd: 1, distribution: {t: 5}}]
                  truth.effects.treat: [0, 0.5]""");
        Study study = file.study();
        assertEquals("A study", file.title());
        assertEquals(-7, study.seed());
        assertEquals(0.9, study.level());
        assertEquals(10, study.replicates());
        assertEquals(99, study.permutations());
        assertEquals(List.of("treat"), study.parameters());
        assertEquals(0.01, study.stop().coverage());
        assertEquals(List.of(TestMethod.Z, TestMethod.SATTERTHWAITE), study.methods());
        assertEquals("full", study.models().get(0).name());
        assertEquals(8, study.conditions().size());
        Condition last = study.conditions().get(7);
        assertEquals(
                Map.of(
                        "design.groups.school",
                        "8",
                        "truth.random.school",
                        "{sd: 1, distribution: {t: 5}}",
                        "treat",
                        "0.5"),
                last.labels());
        assertEquals(new Missing(0.2, "previous", 1.5, true), last.missing());
        assertEquals(0.5, last.truth().effects().get("treat"));
        assertEquals(2, last.truth().sigma());
        Table rows = last.design().draw(new Variates(1));
        assertEquals(8 * 2 * 5, rows.rows());
        FactorColumn classes = (FactorColumn) rows.column("class");
        assertEquals("3.2", classes.levels()[classes.codes()[25]]);
        assertEquals(0, ((NumericColumn) rows.column("treat")).values()[25]);
        assertEquals(1, ((NumericColumn) rows.column("treat")).values()[35]);
        study.simulation();
    }

    @Test
    void sizesAndPredictorsAreDrawn() {
        StudyFile file = StudyFile.parse("s.yaml", """
                design:
                  groups: {subject: 40, item: 5}
                  rows: {uniform: [1, 3]}
                  predictors:
                    kind: {values: [a, b], at: item}
                    age: {uniform: [18, 30], at: subject}
                    ill: {binary: 0.25, at: subject}
                    skill: {normal: [10, 2], between: subject, icc: 0.5}
                  redraw: true
                truth:
                  formula: y ~ kind + (1 | subject) + (1 | item)
                  random: {subject: 1, item: {sd: 0.5}}
                  residual: {sd: 2, distribution: {contaminated: [0.1, 3]}, log-sd: {age: 0.01}}""");
        Condition condition = file.study().conditions().get(0);
        assertTrue(condition.redrawn());
        Table rows = condition.design().draw(new Variates(3));
        assertTrue(rows.rows() > 200 && rows.rows() < 600, "200 cells of 1 to 3: " + rows.rows());
        assertEquals(2, ((FactorColumn) rows.column("kind")).levels().length);
        double[] age = ((NumericColumn) rows.column("age")).values();
        double[] skill = ((NumericColumn) rows.column("skill")).values();
        int[] subject = ((FactorColumn) rows.column("subject")).codes();
        for (int i = 1; i < age.length; i++) {
            assertEquals(subject[i] == subject[i - 1], age[i] == age[i - 1]);
            assertTrue(age[i] >= 18 && age[i] <= 30 && skill[i] != skill[i - 1]);
        }
        assertEquals(1, file.study().models().size());
    }
}
