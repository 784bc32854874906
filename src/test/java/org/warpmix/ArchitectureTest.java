package org.warpmix;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The way of the data, and which package may know which library. */
@AnalyzeClasses(packages = "org.warpmix", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    /** Each package may use those before it, {@code random}, {@code unit}, and {@code linalg} where {@link #NUMERIC}. */
    private static final List<String> ORDER = List.of(
            "table",
            "formula",
            "model",
            "crossprod",
            "likelihood",
            "optimize",
            "replicate",
            "backend",
            "fit",
            "inference",
            "study",
            "many",
            "spark",
            "report",
            "cli");

    /** Packages that stand beside the way: they know nothing of models. */
    private static final String[] BESIDE = packages("linalg", "random", "unit");

    private static final String[] NUMERIC = packages(
            "linalg", "model", "crossprod", "likelihood", "optimize", "replicate", "backend", "fit", "inference");

    @ArchTest
    static final ArchRule everyPackageHasItsPlace =
            classes().should().resideInAnyPackage(packages(ORDER)).orShould().resideInAnyPackage(BESIDE);

    @ArchTest
    static void eachPackageUsesOnlyThoseBeforeIt(JavaClasses warpmix) {
        for (int i = 0; i < ORDER.size(); i++) {
            noClasses()
                    .that()
                    .resideInAPackage("org.warpmix." + ORDER.get(i) + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(packages(ORDER.subList(i + 1, ORDER.size())))
                    .allowEmptyShould(true)
                    .check(warpmix);
        }
    }

    @ArchTest
    static final ArchRule whatStandsBesideKnowsNothingOfModels = noClasses()
            .that()
            .resideInAnyPackage(BESIDE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages(ORDER))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("org.warpmix.(**)").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyNumericPackagesUseLinalg = only(NUMERIC, "org.warpmix.linalg..");

    @ArchTest
    static final ArchRule onlyTableReadsFiles =
            only(packages("table"), "org.duckdb..", "java.sql..", "de.siegmar.fastcsv..");

    @ArchTest
    static final ArchRule onlyTableAndReportKnowJson = only(packages("table", "report"), "com.fasterxml.jackson..");

    @ArchTest
    static final ArchRule onlyStudyFilesAreYaml = only(packages("study.file"), "org.snakeyaml..");

    @ArchTest
    static final ArchRule onlyLinalgCallsNativeCode = only(packages("linalg"), "org.bytedeco..");

    @ArchTest
    static final ArchRule onlyCudaKnowsJCuda = only(packages("backend.cuda"), "jcuda..");

    @ArchTest
    static final ArchRule onlySparkKnowsSpark = only(packages("spark"), "org.apache.spark..", "scala..");

    @ArchTest
    static final ArchRule onlyTheFetchIsOnline = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.warpmix.backend.cuda.LibraryFetch")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..")
            .allowEmptyShould(true);

    /** Those that look for CUDA, or tell of it, must load where there is no JCuda. */
    @ArchTest
    static final ArchRule discoveryNeedsNoJCuda = noClasses()
            .that()
            .haveNameMatching("org\\.warpmix\\.backend\\.cuda\\."
                    + "(Discovery.*|Libraries|Library.*|DeviceException|OutOfDeviceMemory|Cache|Source|Image.*)")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jcuda..");

    @ArchTest
    static final ArchRule onlyCliParsesArguments = only(packages("cli"), "picocli..");

    @ArchTest
    static final ArchRule onlyCliPrints = noClasses()
            .that()
            .resideOutsideOfPackage("org.warpmix.cli..")
            .should(ACCESS_STANDARD_STREAMS)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyCliEndsTheProcess = noClasses()
            .that()
            .resideOutsideOfPackage("org.warpmix.cli..")
            .should()
            .callMethod(System.class, "exit", int.class)
            .allowEmptyShould(true);

    private static ArchRule only(String[] users, String... used) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(users)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(used)
                .allowEmptyShould(true);
    }

    private static String[] packages(List<String> names) {
        return packages(names.toArray(String[]::new));
    }

    private static String[] packages(String... names) {
        String[] packages = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            packages[i] = "org.warpmix." + names[i] + "..";
        }
        return packages;
    }
}
