// The app: one APK for each ABI and one for all.
plugins {
    alias(libs.plugins.android.application)
}

android {
    namespace = "lotline.app"
    compileSdk = libs.versions.compileSdk.get().toInt()

    defaultConfig {
        applicationId = "lotline.app"
        minSdk = libs.versions.minSdk.get().toInt()
        targetSdk = libs.versions.targetSdk.get().toInt()
        versionCode = 1
        versionName = libs.versions.lotline.get()
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "proguard-rules.pro")
        }
    }
    splits {
        abi {
            isEnable = true
            reset()
            include("arm64-v8a", "armeabi-v7a", "x86_64", "x86")
            isUniversalApk = true
        }
    }
    // Libraries are mapped from the APK as they are; Android's plug-in lays them out for pages of 16 KB.
    packaging { jniLibs { useLegacyPackaging = false } }
}

kotlin { compilerOptions { allWarningsAsErrors = true } }

dependencies { implementation(project(":handheld")) }

// Zebra's sleds, where somebody has Zebra's own library: `-PzebraRfid=API3_LIB-release.aar` builds the module and that library in.
providers.gradleProperty("zebraRfid").orNull?.let { library ->
    android.sourceSets.getByName("main") {
        kotlin.directories.add("../zebra-rfid/src/main/kotlin")
        resources.directories.add("../zebra-rfid/src/main/resources")
    }
    android.buildTypes.getByName("release") { proguardFile("../zebra-rfid/rules.pro") }
    dependencies { implementation(files(library)) }
}
