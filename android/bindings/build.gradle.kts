// The library for each ABI, and its generated Kotlin: an AAR for any app. Both come from one call of cargo each.
import javax.inject.Inject
import org.gradle.process.ExecOperations

plugins {
    alias(libs.plugins.android.library)
    `maven-publish`
}

android {
    namespace = "lotline.bindings"
    compileSdk = libs.versions.compileSdk.get().toInt()
    ndkVersion = libs.versions.ndk.get()

    defaultConfig {
        minSdk = libs.versions.minSdk.get().toInt()
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    publishing { singleVariant("release") { withSourcesJar() } }
}

dependencies {
    // The archive for Android: its libraries for the four ABIs are in it. The plain jar has none.
    api(variantOf(libs.jna) { artifactType("aar") })
}

/** `cargo xtask device`: cargo knows itself what is up to date. */
abstract class DeviceBuild @Inject constructor(private val exec: ExecOperations) : DefaultTask() {
    @get:Input
    abstract val what: Property<String>

    @get:Internal
    abstract val clone: DirectoryProperty

    @get:Internal
    abstract val ndk: DirectoryProperty

    @get:OutputDirectory
    abstract val out: DirectoryProperty

    init {
        outputs.upToDateWhen { false }
    }

    @TaskAction
    fun build() {
        exec.exec {
            workingDir = clone.get().asFile
            environment("ANDROID_NDK_HOME", ndk.get().asFile.path)
            commandLine("cargo", "xtask", "device", "--${what.get()}", out.get().asFile.path)
        }
    }
}

androidComponents {
    val top = rootProject.layout.projectDirectory.dir("..")
    val kit = sdkComponents.ndkDirectory
    fun cargo(name: String, what: String) =
        tasks.register<DeviceBuild>(name) {
            this.what = what
            clone = top
            ndk = kit
        }
    val kotlin = cargo("generateBindings", "bindings")
    val libraries = cargo("buildLibraries", "libraries")
    onVariants { variant ->
        variant.sources.kotlin?.addGeneratedSourceDirectory(kotlin, DeviceBuild::out)
        variant.sources.jniLibs?.addGeneratedSourceDirectory(libraries, DeviceBuild::out)
    }
}

publishing {
    publications {
        register<MavenPublication>("release") {
            artifactId = "lotline-bindings"
            afterEvaluate { from(components["release"]) }
        }
    }
}
